"""`biaodan user`, `backup`, `restore`, and what `serve` asks for before others reach it."""

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from generator.cli import main
from generator.desk import passwords
from generator.desk.store import Store, users

PASSWORD = "correct horse battery"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command on a store of the test's own: its exit code, output and messages."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: quick)
    monkeypatch.setenv("BIAODAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BIAODAN_LANG", "zh-Hans")
    monkeypatch.delenv("BIAODAN_PASSWORD", raising=False)

    def running(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["biaodan", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as end:
            main()
        shown = capfd.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return running


def stored(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "data"))


def test_a_user_is_added_with_a_password_from_standard_input_or_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("user", "add", "王芳", "--role", "admin", typed=f"{PASSWORD}\n") == (0, "王芳\n", "")
    monkeypatch.setenv("BIAODAN_PASSWORD", "another one, longer")
    assert run("user", "add", "李强")[0] == 0
    assert run("user", "list")[1] == "李强\twriter\n王芳\tadmin\n"
    for name, password in (("王芳", PASSWORD), ("李强", "another one, longer")):
        known = users.known(stored(tmp_path), name)
        assert known is not None
        assert passwords.fits(password, known[1])


def test_a_password_is_no_argument(run: Run) -> None:
    assert run("user", "add", "王芳", PASSWORD)[0] == 2
    assert run("user", "add", "王芳", "--password", PASSWORD)[0] == 2


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("user", "add", "李强"), PASSWORD, "E-user-admin"),
        (("user", "add", "李强", "--role", "admin"), "short", "E-password"),
        (("user", "add", "李强", "--role", "admin"), "", "E-password"),
        (("user", "add", " ", "--role", "admin"), PASSWORD, "E-user-name"),
        (("user", "off", "nobody"), "", "E-user-none"),
        (("user", "role", "nobody", "admin"), "", "E-user-none"),
    ],
)
def test_what_can_t_be_is_told_and_nobody_is_added(
    run: Run, tmp_path: Path, words: tuple[str, ...], typed: str, code: str
) -> None:
    exit_code, _, told = run(*words, typed=typed)
    assert (exit_code, f"[{code}]" in told) == (2, True)
    assert users.listed(stored(tmp_path)) == []


def test_a_user_is_turned_off_and_on_and_given_a_role_and_a_password(run: Run, tmp_path: Path) -> None:
    run("user", "add", "王芳", "--role", "admin", typed=PASSWORD)
    run("user", "add", "李强", "--role", "reader", typed=PASSWORD)
    assert run("user", "off", "王芳")[0] == 2
    assert run("user", "off", "李强")[0] == 0
    assert run("user", "list")[1] == "李强\treader\t已停用\n王芳\tadmin\n"
    assert run("user", "on", "李强")[0] == 0
    assert run("user", "role", "李强", "writer")[0] == 0
    assert run("user", "password", "李强", typed="another one, longer")[0] == 0
    known = users.known(stored(tmp_path), "李强")
    assert known is not None
    assert known[0].role == "writer"
    assert passwords.fits("another one, longer", known[1])
    log = [(line.action, line.detail) for line in stored(tmp_path).log()]
    assert log[:2] == [("user-change", "李强 · password"), ("user-change", "李强 · writer")]
    assert PASSWORD not in str(log)


def test_others_reach_a_desk_only_with_users_and_a_name(run: Run) -> None:
    for words in (["--host", "0.0.0.0"], ["--host", "192.168.1.2", "--name", "https://desk"]):
        exit_code, out, told = run("serve", *words)
        assert (exit_code, out, "[E-desk-name]" in told) == (2, "", True)
    for words in (["--name", "desk.example.com"], ["--host", "0.0.0.0", "--name", "desk.example.com"]):
        exit_code, out, told = run("serve", *words)
        assert (exit_code, out, "[E-desk-users]" in told) == (2, "", True)
        assert "biaodan user add" in told


def test_data_go_into_one_file_for_nobody_else_and_come_back(run: Run, tmp_path: Path) -> None:
    run("user", "add", "王芳", "--role", "admin", typed=PASSWORD)
    name = stored(tmp_path).begin("closure-report", "zh-Hans", "王芳", {"issue_no": "WT1"})
    path = tmp_path / "desk.backup"
    before = os.umask(0o022)
    try:
        assert run("backup", str(path)) == (0, f"{path}\n", "已备份 1 条记录\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "[E-exists]" in run("backup", str(path))[2]
    assert "[E-restore-records]" in run("restore", str(path))[2]
    other = str(tmp_path / "other")
    assert run("restore", str(path), "--data", other) == (0, "", "已恢复 1 条记录\n")
    back = Store.open(other)
    assert back.record(name).raw == {"issue_no": "WT1"}  # type: ignore[union-attr]
    assert [line.action for line in back.log()] == ["restore", "backup", "user-add"]
    assert "[E-desk-newer]" not in run("restore", str(path), "--force")[2]


def test_what_is_no_backup_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no backup")
    assert "[E-backup-file]" in run("restore", str(tmp_path / "x"))[2]
    assert "[E-file-missing]" in run("restore", str(tmp_path / "y"))[2]
