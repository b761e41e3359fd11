"""What stands on the screen: help with examples in two languages, no colours in a pipe, the language of faults."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

COMMANDS = ["init", "list", "show", "blank", "render", "batch", "summary", "satisfaction", "map", "import"]
COMMANDS += ["check", "read", "collect", "case", "due", "serve", "user", "backup", "restore"]
COMMANDS += ["adapt", "eject", "reference-doc", "template", "lint"]
ESCAPE = "\x1b"
HAN = re.compile(r"[\u3400-\u9fff]")


def examples(text: str, command: str) -> list[str]:
    """Return the lines of a help text that show the command at work."""
    return re.findall(rf"^    +biaodan {command}.*$", text, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_in_english(process: Any, command: str) -> None:
    done = process(command, "--help", env={"LANG": "C"})
    assert (done.code, done.err) == (0, "")
    assert not HAN.search(done.out)
    assert examples(done.out, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_in_chinese(process: Any, command: str) -> None:
    done = process(command, "--help", env={"LANG": "zh_CN.UTF-8"})
    assert (done.code, done.err) == (0, "")
    assert "示例" in done.out
    assert examples(done.out, command)


def test_the_examples_name_commands_and_forms_that_are_there(process: Any) -> None:
    from generator import Catalogue

    ids = {form.id for form in Catalogue()}
    text = process("--help").out
    for line in re.findall(r"^ +biaodan (\S+) ?(\S*)", text, re.MULTILINE):
        command, form = line
        assert command in [*COMMANDS, "doctor"]
        assert form in ids or not form or not re.fullmatch(r"[a-z]+(-[a-z]+)+", form)


def test_the_overview_lists_every_command_and_every_exit_code(process: Any) -> None:
    text = process("--help", env={"LANG": "C"}).out
    listed = text.partition("Commands:")[2]
    assert [line.split()[0] for line in listed.splitlines() if line.strip()][: len(COMMANDS) + 1] == [
        *COMMANDS,
        "doctor",
    ]
    assert re.search(r"0 done.*1 .*wrong.*2 wrong\s+usage.*3 ", text, re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "env", "expected"),
    [
        (["list", "--help"], {"LANG": "C"}, "List the forms"),
        (["list", "--help"], {"LANG": "de_DE.UTF-8"}, "List the forms"),
        (["list", "--help"], {"LANG": "zh_CN.UTF-8"}, "列出目录中的表单"),
        (["list", "--help"], {"LANG": "zh_CN.GBK"}, "列出目录中的表单"),
        (["list", "--help"], {"LANG": "zh_TW.UTF-8"}, "列出目錄中的表單"),
        (["list", "--help"], {"LANG": "zh_HK.UTF-8"}, "列出目錄中的表單"),
        (["list", "--help"], {"LANG": "C", "LC_ALL": "zh_CN.UTF-8"}, "列出目录中的表单"),
        (["list", "--help"], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "List the forms"),
        (["list", "--help"], {"LANG": "C", "BIAODAN_LANG": "zh-Hant"}, "列出目錄中的表單"),
        (["list", "--lang", "zh-Hans", "--help"], {"LANG": "C"}, "列出目录中的表单"),
        (["list", "--lang=en", "--help"], {"LANG": "zh_CN.UTF-8", "BIAODAN_LANG": "zh-Hant"}, "List the forms"),
    ],
)
def test_the_language_of_help(process: Any, arguments: list[str], env: dict[str, str], expected: str) -> None:
    done = process(*arguments, env=env)
    assert done.code == 0
    assert expected in done.out


@pytest.mark.parametrize(
    ("arguments", "env", "expected"),
    [
        ([], {}, 'r.json: 优先级 (/priority): "P9" 不在可选范围内，请从中选择：P0、P1、P2、P3 [E-choice]'),
        (
            ["--lang", "zh-Hant"],
            {},
            'r.json: 優先順序 (/priority): "P9" 不在可選範圍內，請從中選擇：P0、P1、P2、P3 [E-choice]',
        ),
        (["--lang", "en"], {}, 'r.json: Priority (/priority): "P9" is not one of P0, P1, P2, P3 [E-choice]'),
        ([], {"BIAODAN_LANG": "en"}, 'r.json: Priority (/priority): "P9" is not one of P0, P1, P2, P3 [E-choice]'),
        (
            ["--lang", "en"],
            {"BIAODAN_LANG": "zh-Hans"},
            'r.json: Priority (/priority): "P9" is not one of P0, P1, P2, P3 [E-choice]',
        ),
    ],
)
def test_a_fault_reads_in_the_language_asked_for(
    cli: Any,
    save: Any,
    report_with: Any,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    env: dict[str, str],
    expected: str,
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    save("r.json", report_with(priority="P9"))
    assert cli("check", "closure-report", "r.json", *arguments).faults == [expected]


def test_a_fault_of_a_csv_reads_file_line_title_pointer_sentence_code(cli: Any, save: Any) -> None:
    save(
        "issues.csv",
        "客户名称,问题描述,紧急程度,反馈时间,状态\n甲,乙,高,2024-05-01 09:00,处理中\n"
        "甲,乙,P9,2024-05-01 09:00,处理中\n",
    )
    assert cli("check", "issue-tracker", "issues.csv", "--lang", "en").faults == [
        'issues.csv:3: Urgency (/rows/1/severity): "P9" is not one of High, Medium, Low [E-choice]'
    ]


@pytest.mark.parametrize("before", ["E-file-missing", "E-form-unknown", "E-output-format"])
@pytest.mark.parametrize("how", ["option", "environment"])
def test_faults_that_arise_early_speak_the_language_too(
    cli: Any, save: Any, monkeypatch: pytest.MonkeyPatch, before: str, how: str
) -> None:
    save("r.json", {})
    arguments = {
        "E-file-missing": ["check", "closure-report", "none.json"],
        "E-form-unknown": ["check", "no-form", "r.json"],
        "E-output-format": ["render", "closure-report", "r.json", "-o", "x", "-f", "odt"],
    }[before]
    if how == "environment":
        monkeypatch.setenv("BIAODAN_LANG", "en")
    else:
        arguments += ["--lang=en"]
    done = cli(*arguments)
    assert done.codes == [before]
    assert not HAN.search(done.err)


def test_no_colours_when_nobody_looks(process: Any, save: Any, report_with: Any, issue: Any) -> None:
    save("r.json", [report_with(priority="P9"), *(report_with(report_no=f"B{n}") for n in range(6))])
    done = process("render", "closure-report", "r.json", "-o", "out", "-f", "docx", env={"TERM": "xterm-256color"})
    assert done.code == 1
    assert ESCAPE not in done.out + done.err
    assert "\r" not in done.out + done.err
    for arguments in (["list"], ["show", "closure-report"], ["check", "closure-report", "r.json"]):
        done = process(*arguments, env={"TERM": "xterm-256color"})
        assert ESCAPE not in done.out + done.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_faults_are_red_on_a_terminal(save: Any, tmp_path: Path) -> None:
    import pty
    import subprocess

    save("r.json", {})
    try:
        master, slave = pty.openpty()
    except OSError:
        pytest.skip("no pseudo-terminal can be opened here")
    command = [sys.executable, "-m", "generator", "check", "closure-report", "r.json"]
    root = Path(__file__).resolve().parents[2]
    env = {**os.environ, "PYTHONPATH": str(root), "TERM": "xterm"}
    env.pop("NO_COLOR", None)
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=slave, env=env, timeout=60, check=False)
    os.close(slave)
    shown = os.read(master, 65_536).decode("utf-8", "replace")
    os.close(master)
    assert done.returncode == 1
    assert "\x1b[31m" in shown


def test_chinese_is_written_as_utf_8_whatever_the_locale(process: Any, save: Any, report: Any, tmp_path: Path) -> None:
    save("记录.json", report)
    done = process(
        "render", "closure-report", "记录.json", "-o", "输出", "-f", "docx", env={"LANG": "C", "LC_ALL": "C"}
    )
    assert (done.code, done.out, done.err) == (0, "输出/closure-report-BG20231017-001.docx\n", "")
    assert (tmp_path / done.paths[0]).is_file()
    assert "客户排查表" in process("list", env={"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}).out


def test_usage_errors_go_to_standard_error_with_a_way_to_help(cli: Any) -> None:
    done = cli("render", "closure-report")
    assert (done.code, done.out) == (2, "")
    assert "biaodan render --help" in done.err


def test_no_arguments_show_what_there_is(cli: Any) -> None:
    done = cli()
    assert done.code == 2
    assert "render" in done.out + done.err


def test_the_version_is_that_of_the_package(cli: Any) -> None:
    from generator import __version__

    assert cli("--version").out.split()[-1] == __version__


def test_the_command_is_installed_under_its_name() -> None:
    from importlib.metadata import entry_points

    (point,) = entry_points(group="console_scripts", name="biaodan")
    assert point.value == "generator.cli:main"


def test_a_reader_that_stops_listening_is_no_error(save: Any, tmp_path: Path) -> None:
    import subprocess

    root = Path(__file__).resolve().parents[2]
    shown = subprocess.run(
        f'"{sys.executable}" -m generator show troubleshooting-checklist --json | head -n 1',
        shell=True, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert shown.stdout == "{\n"
    assert "Traceback" not in shown.stderr
    assert "Error" not in shown.stderr


def test_help_and_the_catalogue_start_without_the_heavy_libraries(process: Any, tmp_path: Path) -> None:
    import subprocess

    root = Path(__file__).resolve().parents[2]
    heavy = ("weasyprint", "docx", "openpyxl", "lxml", "fontTools", "rich", "opencc", "holidays")
    for arguments in (["--help"], ["render", "--help"], ["list"]):
        script = (
            f"import sys\nsys.argv = ['biaodan', *{arguments!r}]\nfrom generator.cli import main\n"
            f"try:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root), "LANG": "C"},
        )  # fmt: skip
        assert done.stderr.strip() == "[]"
