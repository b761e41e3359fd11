"""Fonts of PDF: made again where they were damaged, never done without, never replaced by others."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from fontTools.ttLib import TTFont

from generator import resources
from generator.api import make_job, to_bytes
from generator.errors import MachineError, WriteError, fail
from generator.theme import shipped_theme
from generator.wording import traditional
from generator.writers import WritingOptions, font_store, fonts
from generator.writers.drawing import png
from generator.writers.font_making import FACES, FAMILIES, makers
from generator.writers.font_store import FontStore

ENGINES = ["weasyprint", "typst"]
NAMES = [f"{FACES}/A.ttf", f"{FACES}/B.ttf", "A.bin"]


def content_of(name):
    return f"{name} and what stands in it".encode() * 20


def made_of_font(name):
    return lambda folder: (folder / FACES / "A.ttf").read_bytes() + name.encode()


MAKERS = {
    NAMES[0]: lambda folder: content_of("A"),
    NAMES[1]: lambda folder: content_of("B"),
    NAMES[2]: made_of_font("x"),
}
WHOLE = {NAMES[0]: content_of("A"), NAMES[1]: content_of("B"), NAMES[2]: content_of("A") + b"x"}


def opened(folder):
    store = FontStore(folder, MAKERS)
    store.prepare()
    store.verify(name for name in MAKERS if name.endswith(".ttf"))
    return store


@pytest.fixture
def folder(tmp_path):
    opened(tmp_path / "fonts-x")
    return tmp_path / "fonts-x"


def flip(path):
    before, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


DAMAGES = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "a byte, of the same time": flip,
    "gone": lambda path: path.unlink(),
    "another": lambda path: path.write_bytes(path.read_bytes()[::-1]),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nowhere")),
}


@pytest.mark.parametrize("name", [*NAMES, "fonts-x.kept"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_made_again(folder, name, damage):
    damage(folder / name)
    store = opened(folder)
    for each in NAMES:
        assert store.read(each) == WHOLE[each]
        assert (folder / each).read_bytes() == WHOLE[each]
    opened(folder)
    assert opened(folder).mended == 0


def test_fonts_that_arent_ours_are_removed_from_among_them(folder):
    for name in ("C.ttf", ".hidden.otf"):
        (folder / FACES / name).write_bytes(b"x")
    opened(folder)
    assert sorted(path.name for path in (folder / FACES).iterdir()) == ["A.ttf", "B.ttf"]


@pytest.mark.parametrize("name", NAMES)
def test_where_a_damaged_cache_cant_be_written_that_is_a_fault(folder, name, monkeypatch):
    def refuse(path, content, *, replace):
        raise fail(WriteError, "E-write", why=os.strerror(errno.EROFS))

    flip(folder / name)
    monkeypatch.setattr(font_store, "write_whole", refuse)
    with pytest.raises(MachineError) as caught:
        opened(folder).read(name)
    assert [fault.code for fault in caught.value.faults] == ["E-cache"]


def test_a_whole_cache_that_cant_be_written_is_used(folder, monkeypatch):
    monkeypatch.setattr(font_store, "write_whole", None)
    monkeypatch.setattr(font_store, "write_sealed", None)
    assert opened(folder).read(NAMES[2]) == WHOLE[NAMES[2]]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_font_that_changes_while_it_is_in_use_is_a_fault(folder, damage):
    store = opened(folder)
    store.refuse_changed()
    damage(folder / NAMES[0])
    if damage is flip:
        (folder / NAMES[0]).touch()
    with pytest.raises(MachineError) as caught:
        store.refuse_changed()
    assert [fault.code for fault in caught.value.faults] == ["E-font-changed"]


def test_a_font_that_another_process_has_made_meanwhile_is_none(folder):
    store = opened(folder)
    (folder / NAMES[0]).unlink()
    (folder / NAMES[0]).write_bytes(WHOLE[NAMES[0]])
    store.refuse_changed()


# --- the engines ---


@pytest.fixture
def document():
    return make_job("customer-profile").blank()


def written(document, engine):
    return to_bytes(document, "pdf", WritingOptions(engine=engine))


def code_of(call):
    with pytest.raises(MachineError) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


def with_family(document, families):
    theme = shipped_theme()
    named = replace(theme, pdf_fonts=dict.fromkeys(theme.pdf_fonts, families), digest=repr(families))
    return replace(document, theme=named)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("families", [("Nowhere Sans",), ("Biaodan SC", "Nowhere Sans"), ()], ids=str)
def test_a_family_that_there_isnt_is_a_fault(document, engine, families):
    assert code_of(lambda: written(with_family(document, families), engine)) == ["E-font-family"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_family_that_an_engine_has_to_replace_is_a_fault(document, engine, monkeypatch):
    """What is looked at beforehand is left out here: the engine's own word, or what it embeds, must be enough."""
    monkeypatch.setattr(fonts, "require", lambda *given: None)
    monkeypatch.setattr(fonts, "FAMILIES", {name: files for name, files in FAMILIES.items() if name != "Biaodan SC"})
    monkeypatch.setattr(fonts, "_FILES", {})
    families = ("Nowhere Sans", *shipped_theme().pdf_fonts["zh-Hans"])
    assert code_of(lambda: written(with_family(document, families), engine)) == ["E-font-family"]


def test_a_family_that_typst_passes_over_is_a_fault(document, monkeypatch):
    """Every font that it embeds is one of ours here."""
    monkeypatch.setattr(fonts, "require", lambda *given: None)
    families = ("Nowhere Sans", *shipped_theme().pdf_fonts["zh-Hans"])
    assert code_of(lambda: written(with_family(document, families), "typst")) == ["E-font-family"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_font_that_is_gone_when_a_page_is_set_is_a_fault(document, engine, monkeypatch):
    """Whatever the engine makes of it: the files that were verified are looked at once more."""
    fonts.require("", ["Biaodan SC"], "")
    store, name = fonts._store(), FAMILIES["Biaodan SC"][0]
    monkeypatch.setitem(store._verified, name, (0, 0, 0))
    monkeypatch.setitem(store._sums, name, [0, 0])
    assert code_of(lambda: written(document, engine)) == ["E-font-changed"]


def test_a_picture_is_set_in_fonts_that_there_are():
    from generator.document import Caption, Picture

    picture = Picture([Caption(2, 5, "中", 9)], 20, 10, "x")
    theme = shipped_theme()
    assert png(picture, theme, "en")
    named = replace(theme, pdf_fonts=dict.fromkeys(theme.pdf_fonts, ("Nowhere Sans",)), digest="x")
    assert code_of(lambda: png(picture, named, "en")) == ["E-font-family"]


def test_a_font_that_is_gone_before_typst_reads_it_is_a_fault(document, tmp_path, monkeypatch):
    """Typst would set the text in another font, or refuse it as text that can't be displayed."""
    cache = tmp_path / fonts.prepare().parent.name
    shutil.copytree(fonts.prepare().parent, cache)
    store = FontStore(cache, makers())
    store.prepare()
    monkeypatch.setattr(fonts, "_store", lambda: store)
    fonts.require("", ["Biaodan SC"], "")
    monkeypatch.setattr(store, "mended", -1)  # no compiler has read this state yet
    (cache / FAMILIES["Biaodan SC"][0]).unlink()
    assert code_of(lambda: written(document, "typst")) == ["E-font-changed"]


def test_fontconfig_is_left_as_it_was(document, monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/nowhere/fonts.conf")
    monkeypatch.setenv("FONTCONFIG_SYSROOT", "/nowhere")
    before = dict(os.environ)
    assert written(document, "weasyprint")
    assert dict(os.environ) == before


SCRIPT = """
import sys
from generator.api import blank, make_job, to_bytes
from generator.writers import WritingOptions
for form in ("root-cause", "customer-profile"):
    for format in ("docx", "xlsx", "pdf"):
        open(f"{sys.argv[1]}/{form}.{format}", "wb").write(blank(form, format))
    typst = to_bytes(make_job(form).blank(), "pdf", WritingOptions(engine="typst"))
    open(f"{sys.argv[1]}/{form}-typst.pdf", "wb").write(typst)
"""


def all_formats(folder, cache):
    """Return what a process of its own makes with a cache, by name."""
    folder.mkdir()
    environment = {**os.environ, "BIAODAN_CACHE": str(cache)}
    subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], check=True, env=environment, timeout=120)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_documents_are_the_same_from_a_cache_in_which_every_kind_of_file_was_damaged(tmp_path):
    """Fonts of 5 MB and more that these documents don't need are left alone: making them takes long."""
    cache = tmp_path / "cache"
    shutil.copytree(fonts.prepare().parent, cache / fonts.prepare().parent.name)
    whole = all_formats(tmp_path / "before", cache)
    harmed = [path for path in sorted(cache.rglob("*")) if path.is_file() and path.stem != fonts.prepare().parent.name]
    harmed = [path for path in harmed if path.stat().st_size < 5_000_000 or path.stem == "BiaodanSC-Regular"]
    for n, path in enumerate(harmed):
        [flip, DAMAGES["cut"], DAMAGES["gone"]][n % 3](path)
    assert all_formats(tmp_path / "after", cache) == whole


@pytest.mark.parametrize(("lang", "file"), [("zh-Hans", "NotoSerifSC"), ("zh-Hant", "NotoSerifTC")])
def test_no_character_of_our_letters_is_set_in_another_font(lang, file):
    known = TTFont(resources.templates() / "theme" / "fonts" / f"{file}-Regular.ttf").getBestCmap()
    templates = sorted((resources.templates() / "letters").glob("*.zh-Hans.html"))
    assert len(templates) > 6
    for template in templates:
        own = template.with_name(template.name.replace("zh-Hans", lang))
        said = own.read_text(encoding="utf-8") if own.exists() else traditional(template.read_text(encoding="utf-8"))
        han = {character for character in said if "\u4e00" <= character <= "\u9fff"}
        assert {character for character in han if ord(character) not in known} == set()
