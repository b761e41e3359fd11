"""Files appear whole or not at all, under names that every system takes."""

import errno
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import unfinished
from generator.errors import UsageError, WriteError
from generator.files import (
    MAX_NAME_BYTES,
    place_together,
    refuse_existing,
    safe_name,
    write_to,
    write_together,
    write_whole,
)


def write_together_with(contents):
    write_together([(path, fill(content)) for path, content in contents], replace=True)


def place_together_with(contents):
    place_together(contents, flush=False)


def refuse(*given, **more):
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


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


# --- several files at once ---


def fill(content):
    return lambda file: file.write(content)


def there(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("before", [None, b"old"], ids=["new files", "files that were there"])
@pytest.mark.parametrize("place", [write_together_with, place_together_with], ids=["documents", "batches"])
@pytest.mark.parametrize("links", [True, False], ids=["second names", "a disk without second names"])
def test_when_the_second_place_takes_no_file_the_first_is_as_it_was(tmp_path, monkeypatch, before, place, links):
    if before:
        (tmp_path / "a.docx").write_bytes(before)
    (tmp_path / "b.pdf").mkdir()
    (tmp_path / "b.pdf" / "kept").write_bytes(b"x")
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    with pytest.raises((WriteError, OSError)):
        place([(tmp_path / "a.docx", b"new"), (tmp_path / "b.pdf", b"new")])
    assert there(tmp_path) == ({"a.docx": b"old"} if before else {})
    assert there(tmp_path / "b.pdf") == {"kept": b"x"}


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("place", [write_together_with, place_together_with], ids=["documents", "batches"])
def test_when_moving_fails_every_place_is_as_it_was(tmp_path, monkeypatch, at, error, place):
    (tmp_path / "a.docx").write_bytes(b"old")
    move, moves = os.replace, []

    def failing(source, target):
        moves.append(target)
        if len(moves) == at + 1:
            raise error
        move(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises((WriteError, error)):
        place([(tmp_path / name, b"new") for name in ("a.docx", "b.pdf", "c.xlsx")])
    assert there(tmp_path) == {"a.docx": b"old"}


def test_files_that_were_there_are_replaced_and_nothing_else_is_left(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"old")
    write_together_with([(tmp_path / "a.docx", b"new"), (tmp_path / "b.pdf", b"new")])
    assert there(tmp_path) == {"a.docx": b"new", "b.pdf": b"new"}


# --- what killed processes leave ---


@pytest.fixture
def left(tmp_path, monkeypatch):
    """Return what gives the names of half-written files: of this machine, which are fresh, and of others."""
    monkeypatch.setattr(unfinished, "_swept", set())
    mine = unfinished._machine()
    ended = subprocess.Popen(["true"])
    ended.wait()

    def make(machine, pid, start, age):
        path = tmp_path / f".biaodan-{machine}_{pid}_{start}_abc.part"
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
        return path

    return SimpleNamespace(make=make, mine=mine, ended=ended.pid)


def test_what_a_killed_process_left_is_removed_by_the_next_that_writes_there(tmp_path, left):
    left.make(left.mine, left.ended, 1, age=0)
    left.make(left.mine, os.getpid(), 1, age=0)  # its number was given to another process: this one
    left.make("ffffffff", left.ended, 1, age=4000)
    write_whole(tmp_path / "letter.pdf", b"new")
    assert there(tmp_path) == {"letter.pdf": b"new"}


def test_what_a_process_left_that_has_ended_and_was_not_waited_for_is_removed(tmp_path, left):
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    left.make(left.mine, child.pid, unfinished.started(child.pid), age=0)
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    write_whole(tmp_path / "letter.pdf", b"new")
    child.wait()
    assert there(tmp_path) == {"letter.pdf": b"new"}


def test_what_a_process_that_may_live_is_writing_stays(tmp_path, left):
    kept = [
        left.make(left.mine, os.getppid(), unfinished.started(os.getppid()), age=9000),
        left.make("ffffffff", left.ended, 1, age=3000),
        tmp_path / ".biaodan-notes.part.txt",
        tmp_path / ".biaodan-abcdefgh.part",
    ]
    for path in kept[2:]:
        path.write_bytes(b"of somebody")
    write_whole(tmp_path / "letter.pdf", b"new")
    assert set(there(tmp_path)) == {"letter.pdf", *(path.name for path in kept)}


def test_a_process_that_is_killed_leaves_a_file_that_is_known_as_its_own(tmp_path):
    script = (
        "import os, signal, sys; from pathlib import Path; from generator.files import write_to\n"
        "write_to(Path(sys.argv[1]), lambda file: os.kill(os.getpid(), signal.SIGKILL), replace=True)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "a.pdf")], check=False)
    assert len(there(tmp_path)) == 1
    write_whole(tmp_path / "b.pdf", b"new")
    assert there(tmp_path) == {"b.pdf": b"new"}


def test_working_folders_of_killed_processes_are_removed_and_no_others(tmp_path, monkeypatch, left):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = tmp_path / f"biaodan-{left.mine}_{left.ended}_1_abc"
    alive = tmp_path / f"biaodan-{left.mine}_{os.getppid()}_{unfinished.started(os.getppid())}_abc"
    for folder in (gone, alive, tmp_path / "biaodan-of_some_body_else"):
        folder.mkdir()
        (folder / "records.jsonl").write_bytes(b"{}")
    with unfinished.working_folder() as folder:
        assert folder.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive.name, "biaodan-of_some_body_else"])


# --- what comes to stand in a place meanwhile ---


@pytest.mark.parametrize("links", [True, False], ids=["second names", "a disk without second names"])
def test_a_file_that_appears_while_another_is_written_is_left_alone(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", refuse)

    def late(file):
        (tmp_path / "b.pdf").write_bytes(b"of somebody")
        file.write(b"new")

    with pytest.raises(UsageError) as caught:
        write_together([(tmp_path / "a.docx", fill(b"new")), (tmp_path / "b.pdf", late)], replace=False)
    assert [(fault.code, fault.place.file) for fault in caught.value.faults] == [("E-exists", str(tmp_path / "b.pdf"))]
    assert there(tmp_path) == {"b.pdf": b"of somebody"}


def test_what_could_not_be_removed_is_removed_at_the_end(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refuse)
        write_together([(tmp_path / "a.docx", fill(b"new"))], replace=False)
        assert len(there(tmp_path)) == 2
    unfinished.abandon()
    assert there(tmp_path) == {"a.docx": b"new"}
