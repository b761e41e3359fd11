import multiprocessing
import os

import pytest

from generator import held
from generator.errors import UsageError, WriteError
from generator.held import holding, open_held


def hold(path, taken, let_go):
    with holding(path, "E-case-locked"):
        taken.set()
        let_go.wait(30)


@pytest.fixture
def other(tmp_path):
    """Return what ends another process, which holds `case.json`."""
    context = multiprocessing.get_context("fork")
    taken, let_go = context.Event(), context.Event()
    process = context.Process(target=hold, args=(tmp_path / "case.json", taken, let_go))
    process.start()
    assert taken.wait(30)
    yield let_go.set
    let_go.set()
    process.join(30)


def test_what_another_holds_is_refused_after_a_while(tmp_path, other, monkeypatch):
    monkeypatch.setattr(held, "PATIENCE", 0.2)
    with pytest.raises(UsageError) as caught, holding(tmp_path / "case.json", "E-case-locked"):
        pass
    assert [fault.code for fault in caught.value.faults] == ["E-case-locked"]


def test_it_is_had_as_soon_as_the_other_lets_go_and_nothing_is_left(tmp_path, other):
    with holding(tmp_path / "another.json", "E-case-locked"):
        pass
    other()
    with holding(tmp_path / "case.json", "E-case-locked"):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_was_removed_while_it_was_waited_for_is_not_taken_for_held(tmp_path, monkeypatch):
    path, lock = tmp_path / "manifest.jsonl", held._lock

    def removed_first(file):
        if left:
            left.pop()
            path.unlink()
        return lock(file)

    left = [True]
    monkeypatch.setattr(held, "_lock", removed_first)
    with open_held(path) as file:
        assert os.path.samestat(os.fstat(file.fileno()), path.stat())


def test_a_disk_without_locks_does_without_for_a_file_that_is_replaced(tmp_path, monkeypatch):
    def none(file):
        raise OSError(held._WITHOUT_LOCKS[0], "no locks")

    monkeypatch.setattr(held, "_lock", none)
    with holding(tmp_path / "case.json", "E-case-locked"):
        pass
    with pytest.raises(OSError, match="no locks"):
        open_held(tmp_path / "manifest.jsonl")


def test_a_folder_that_takes_no_files_is_a_write_error_and_none_is_left(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(WriteError), holding(tmp_path / "file" / "case.json", "E-case-locked"):
        pass
    with pytest.raises(KeyError), holding(tmp_path / "new" / "case.json", "E-case-locked"):
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_name_of_a_lock_tells_nothing_and_is_short(tmp_path):
    with holding(tmp_path / ("陈静" * 40 + ".json"), "E-case-locked"):
        (lock,) = tmp_path.iterdir()
    assert lock.name.isascii()
    assert len(lock.name) < 40
