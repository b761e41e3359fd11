"""One report as PDF: both our engines against WeasyPrint as it comes, Typst by hand, docxtpl with LibreOffice."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Contender, NotThereError, Options, Result, Run, comparison, race, ratio_line, share_line
from benchmarks.subject import documents, peer_file, report

PREPARED, TYPST, BY_HAND, OFFICE = 1.5, 15.0, 1.3, 100.0
SLOW_ROUNDS = 3
FAMILY = "Noto Sans CJK SC"


def ours(engine: str) -> Run:
    """Write documents that are composed already, by one of our engines."""
    from generator.api import to_bytes
    from generator.errors import BiaodanError
    from generator.writers import WritingOptions

    made, how = documents(report()), WritingOptions(engine=engine)
    try:
        to_bytes(made[0], "pdf", how)
    except (TypeError, LookupError, BiaodanError) as error:
        raise NotThereError("not there yet") from error
    return lambda n: len(to_bytes(made[n % len(made)], "pdf", how))


# --- WeasyPrint as it comes ---


def stock_weasyprint(variant: str) -> Run:
    """Parse HTML and style sheet each time, with the fonts that the machine has; `variant`: of PDF, or nothing."""
    import weasyprint

    from generator.writers.html import write_html

    pages, style = [write_html(document) for document in documents(report())], _style()
    given = {"pdf_variant": variant} if variant else {}

    def run(n: int) -> int:
        page = weasyprint.HTML(string=pages[n % len(pages)])
        return len(page.write_pdf(stylesheets=[weasyprint.CSS(string=style)], **given))

    return run


def _style() -> str:
    """Return the plain style sheet with the machine's font, else with the variable one of the font package."""
    style = peer_file("style").read_text(encoding="utf-8")
    known = shutil.which("fc-match") and subprocess.run(["fc-match", FAMILY], capture_output=True, text=True).stdout
    if known and FAMILY in known:
        return style.replace("FAMILY", f'"{FAMILY}"')
    import justmytype_intl_cjk

    folder = Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc"
    face = next(folder.glob("*.ttf")).as_uri()
    return f'@font-face {{ font-family: Face; src: url("{face}") }}\n' + style.replace("FAMILY", "Face")


# --- Typst by hand ---


def typst_by_hand() -> Run:
    """Compile a file that was written for this report alone, with a warm compiler; the texts go in as JSON."""
    import typst

    from benchmarks.peers.report import read_report
    from generator.writers import fonts

    texts: list[dict[str, Any]] = [asdict(read_report(document)) for document in documents(report())]
    folder = fonts.prepare()
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    compiler = typst.Compiler(input=str(peer_file("typst")), font_paths=faces, ignore_system_fonts=True)

    def run(n: int) -> int:
        given = {"report": json.dumps(texts[n % len(texts)], ensure_ascii=False)}
        made = compiler.compile(format="pdf", sys_inputs=given, pdf_standards=["ua-1"])
        return len(made) if isinstance(made, bytes) else 0

    return run


# --- docxtpl and LibreOffice ---


def with_office() -> Run:
    """Fill a template with docxtpl, then have LibreOffice convert it: one process a document, its profile warm."""
    from docxtpl import DocxTemplate

    from benchmarks.peers import report as texts
    from benchmarks.peers.word import build

    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise NotThereError("LibreOffice isn't installed")
    reports = [texts.read_report(document) for document in documents(report(), 20)]
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    home = Path(folder.name)
    (home / "template.docx").write_bytes(build(texts.placeholders(reports[0])))
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder.name, str(home / "made.docx")]

    def run(n: int) -> int:
        template = DocxTemplate(home / "template.docx")
        template.render(dict(texts.context(reports[n % len(reports)])), autoescape=True)
        template.save(home / "made.docx")
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"})
        return (Path(folder.name) / "made.pdf").stat().st_size

    return run


def main(options: Options) -> None:
    """Print the comparison."""
    contenders = [
        Contender("biaodan, weasyprint", ours, ("weasyprint",)),
        Contender("biaodan, typst", ours, ("typst",)),
        Contender("WeasyPrint as it comes", stock_weasyprint, ("",)),
        Contender("WeasyPrint as it comes, PDF/UA", stock_weasyprint, ("pdf/ua-1",)),
        Contender("Typst by hand", typst_by_hand),
        Contender("docxtpl and LibreOffice", with_office, (), SLOW_ROUNDS, children=True),
    ]
    results = race(contenders, options.rounds)
    print("One filled report as PDF; ours are tagged (PDF/UA-1).\n")
    print(comparison(results) + "\n")
    print("\n".join(_claims(*results)))


def _claims(ours: Result, typst: Result, plain: Result, tagged: Result, hand: Result, office: Result) -> list[str]:
    return [
        ratio_line("weasyprint engine to WeasyPrint as it comes, untagged", ours, plain, PREPARED),
        ratio_line("weasyprint engine to WeasyPrint as it comes, PDF/UA as ours", ours, tagged, PREPARED),
        share_line("typst engine of Typst by hand", typst, hand, BY_HAND),
        ratio_line("typst engine to docxtpl and LibreOffice", typst, office, OFFICE),
        ratio_line("typst engine to WeasyPrint as it comes, untagged", typst, plain, TYPST),
    ]
