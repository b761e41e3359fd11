"""Files appear whole or not at all, under names that every system takes."""

import os
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.errors import UsageError, WriteError
from generator.files import MAX_NAME_BYTES, refuse_existing, safe_name, write_to, write_whole


def test_a_file_is_written_with_its_folders(tmp_path):
    path = tmp_path / "一" / "二" / "信.pdf"
    write_whole(path, b"content")
    assert path.read_bytes() == b"content"
    assert [p.name for p in path.parent.iterdir()] == ["信.pdf"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
@pytest.mark.parametrize("before", [None, b"old"], ids=["new file", "file that was there"])
def test_a_writer_that_fails_midway_leaves_nothing(tmp_path, error, before):
    path = tmp_path / "letter.pdf"
    if before:
        path.write_bytes(before)

    def failing(file):
        file.write(b"half of it")
        file.flush()
        raise error

    with pytest.raises((error, WriteError)):
        write_to(path, failing, replace=True)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == ({"letter.pdf": b"old"} if before else {})


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"old")
    with pytest.raises(UsageError) as caught:
        write_whole(path, b"new")
    assert [fault.code for fault in caught.value.faults] == ["E-exists"]
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", replace=True)
    assert path.read_bytes() == b"new"


def test_a_dangling_link_counts_as_a_file_that_is_there(tmp_path):
    path, elsewhere = tmp_path / "letter.pdf", tmp_path / "elsewhere"
    path.symlink_to(elsewhere)
    with pytest.raises(UsageError):
        write_whole(path, b"new")
    assert not elsewhere.exists()


def test_a_link_is_replaced_and_never_written_through(tmp_path):
    path, elsewhere = tmp_path / "letter.pdf", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"precious")
    path.symlink_to(elsewhere)
    write_whole(path, b"new", replace=True)
    assert (path.read_bytes(), elsewhere.read_bytes(), path.is_symlink()) == (b"new", b"precious", False)


@pytest.mark.parametrize("replace", [False, True])
def test_a_place_that_takes_no_file_is_a_write_error(tmp_path, replace):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(WriteError) as caught:
        write_whole(tmp_path / "file" / "letter.pdf", b"new", replace=replace)
    assert [fault.code for fault in caught.value.faults] == ["E-write"]
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_place_of_the_file_is_a_write_error_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "letter.pdf").mkdir()
    with pytest.raises(WriteError):
        write_whole(tmp_path / "letter.pdf", b"new", replace=True)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.pdf"]


def test_a_new_file_may_be_read_as_the_umask_allows(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "letter.pdf", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "letter.pdf").stat().st_mode & 0o777 == 0o640


def test_every_file_that_is_there_is_named_at_once(tmp_path):
    paths = [tmp_path / name for name in ("a", "b", "c")]
    paths[0].touch()
    paths[2].symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError) as caught:
        refuse_existing(paths)
    assert [fault.place.file for fault in caught.value.faults] == [str(paths[0]), str(paths[2])]
    refuse_existing([paths[1]])


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BG20231017-001", "BG20231017-001"),
        ("张三丰（二）", "张三丰(二)"),
        ("QR-2024/03〔补〕", "QR-2024_03〔补〕"),
        ("a\x00b", "a_b"),
        ("a:b|c?", "a_b_c_"),
        ("x.pdf.", "x.pdf"),
        ("x. . ", "x"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("Aux.tar.gz", "_Aux.tar.gz"),
        ("com¹", "_com1"),
        ("LPT9.txt", "_LPT9.txt"),
        ("console", "console"),
        ("", "_"),
        ("...", "_"),
        ("-rf", "rf"),
        ("e\u0301", "é"),
        ("\u202egpj.exe", "_gpj.exe"),
    ],
)
def test_names_that_every_system_takes(text, name):
    assert safe_name(text) == name


def portable(name):
    """Tell whether a name is safe as a file's name, by rules written down a second time."""
    stem = name.split(".")[0].upper()
    devices = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {f"{d}{n}" for d in ("COM", "LPT") for n in range(10)}
    return (
        name not in ("", ".", "..")
        and not set(name) & set('<>:"/\\|?*')
        and not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in name)
        and not set(name) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
        and name[0] not in "-. "
        and name[-1] not in ". "
        and stem not in devices
        and len(name.encode()) <= MAX_NAME_BYTES
        and unicodedata.is_normalized("NFC", name)
    )


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=120))
@example("../../etc/passwd")
@example("．．／．．／etc")
@example("..\\..\\windows")
@example("汉" * 86)
@example("😀" * 80)
@example("\ufdfa" * 30)
@example("ＣＯＮ")
@example("com１.pdf")
@example("\ud800")
@example("." * 300)
@example("‥／x")
def test_whatever_a_record_says_its_name_is_portable(text):
    assert portable(safe_name(text))


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_safe_name_is_safe_already(text):
    name = safe_name(text)
    assert safe_name(name) == name


@pytest.mark.parametrize("text", ["../../etc/passwd", "．．／x", "a/../../b", "/etc/passwd", "汉" * 86])
def test_a_file_of_any_name_lands_in_its_folder(tmp_path, text):
    path = tmp_path / f"{safe_name(text)}.pdf"
    write_whole(path, b"x")
    assert [p.parent for p in tmp_path.rglob("*.pdf")] == [tmp_path]
