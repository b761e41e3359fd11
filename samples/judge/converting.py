"""DOCX and XLSX made into PDF by LibreOffice, with fonts that are the same on every machine that judges."""

import os
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.sax.saxutils import escape

AT_ONCE = 40
SECONDS = 900

_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_CJK = ("noto*", "libreoffice")
_FOLDERS = {"metric": ("liberation*", "crosextra*", "dejavu", *_CJK), "plain": ("dejavu*", *_CJK)}
"""Folders of fonts by set: `metric` has those as wide as Arial and Times (DejaVu for tick boxes, which they
lack); `plain` is a machine without them."""

_STAND_INS = {
    "metric": {
        "Liberation Sans": ("Arial", "Helvetica", "Calibri", "sans-serif"),
        "Liberation Serif": ("Times New Roman", "Times", "Cambria", "serif"),
        "Liberation Mono": ("Courier New", "Consolas", "monospace"),
    },
    "plain": {
        "DejaVu Sans": ("Arial", "Helvetica", "Calibri", "sans-serif"),
        "DejaVu Serif": ("Times New Roman", "Times", "Cambria", "serif"),
        "DejaVu Sans Mono": ("Courier New", "Consolas", "monospace"),
    },
}
_OF_BOTH = {
    "Noto Serif CJK SC": ("宋体", "SimSun", "NSimSun", "仿宋", "FangSong", "楷体", "KaiTi"),
    "Noto Serif CJK TC": ("新細明體", "細明體", "PMingLiU", "MingLiU", "標楷體", "DFKai-SB"),
    "Noto Sans CJK SC": ("黑体", "SimHei", "微软雅黑", "Microsoft YaHei", "等线", "DengXian"),
    "Noto Sans CJK TC": ("微軟正黑體", "Microsoft JhengHei"),
}
FONT_SETS = tuple(_FOLDERS)


def fonts_file(folder: Path, fonts: str) -> Path:
    """Write the fontconfig file of a font set into a folder; return its path."""
    found = sorted({path for root in _ROOTS for name in _FOLDERS[fonts] for path in root.rglob(name) if path.is_dir()})
    folders = "".join(f"<dir>{escape(str(path))}</dir>" for path in found)
    stand_ins = _STAND_INS[fonts] | _OF_BOTH
    aliases = "".join(
        f'<match target="pattern"><test name="family" compare="eq"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>'
        for family, names in stand_ins.items()
        for name in names
    )
    path = folder / f"fonts-{fonts}.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{folders}"
        f"<cachedir>{escape(str(folder.absolute()))}/fontcache-{fonts}</cachedir>"
        "<selectfont><acceptfont><glob>*CJK*</glob></acceptfont><rejectfont><glob>*/Noto*</glob></rejectfont></selectfont>"
        f"{aliases}</fontconfig>",
        "utf-8",
    )
    return path


def convert(files: Iterable[Path], into: Path, fonts: str, jobs: int) -> None:
    """Make files into PDF, each with its own name in the folder `into`.

    Raises RuntimeError where one of them can't be opened.
    """
    into.mkdir(parents=True, exist_ok=True)
    wanted = list(files)
    with tempfile.TemporaryDirectory() as work:
        config = fonts_file(Path(work), fonts)
        parts = [wanted[at::jobs] for at in range(jobs)]
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda at: _convert(parts[at], into, config, Path(work) / f"profile-{at}"), range(jobs)))
    missing = [file.name for file in wanted if not (into / f"{file.stem}.pdf").is_file()]
    if missing:
        raise RuntimeError(f"LibreOffice can't open {', '.join(missing)}")


def _convert(files: list[Path], into: Path, config: Path, profile: Path) -> None:
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        subprocess.run(  # noqa: S603  # our own files
            [
                *("soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"),
                *("--outdir", str(into), *map(str, some)),
            ],
            env=environment,
            check=False,
            capture_output=True,
            timeout=SECONDS,
        )
