"""What is asked of writers: taken, told as unused, or refused; never passed over in silence."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from generator.errors import UsageError
from generator.writers import WritingOptions, unused_options, writer

from .specimen import BLOCKS, document


def codes(error: "pytest.ExceptionInfo[UsageError]") -> list[str]:
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize("options", [{"password": "x"}, {"fillable": True}, {"template": "own.docx"}], ids=str)
@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_what_would_change_the_files_use_is_not_passed_over(format: str, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as error:
        writer(format, WritingOptions(**options))
    assert codes(error) == ["E-option"]


@pytest.mark.parametrize("options", [{"engine": "laser"}, {"standard": "x-4"}], ids=str)
def test_a_value_that_is_unknown_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(UsageError) as error:
        writer("pdf", WritingOptions(**options))
    assert codes(error) == ["E-output-format"]


def test_a_hint_that_no_format_takes_is_told() -> None:
    options = WritingOptions(engine="typst")
    assert [fault.code for fault in unused_options(["docx", "xlsx"], options)] == ["W-option"]
    assert unused_options(["docx", "pdf"], options) == []
    assert unused_options(["docx"], WritingOptions()) == []


def test_a_writer_that_takes_no_hint_writes_the_same_with_it() -> None:
    made = document(*BLOCKS.values())
    plain, hinted = io.BytesIO(), io.BytesIO()
    writer("docx")(made, plain)
    writer("docx", WritingOptions(engine="typst"))(made, hinted)
    assert plain.getvalue() == hinted.getvalue()


def test_the_command_tells_what_is_unused_and_writes(tmp_path: Path) -> None:
    import subprocess
    import sys

    record = Path(__file__).parents[2] / "samples" / "return-visit" / "ordinary.json"
    words = ["render", "return-visit", str(record), "--pdf-engine", "typst", "-o", str(tmp_path / "one.docx"), "--json"]
    done = subprocess.run([sys.executable, "-m", "generator", *words], capture_output=True, text=True, check=True)
    assert "[W-option]" in done.stderr
    assert "--pdf-engine" in done.stderr
    assert json.loads(done.stdout)["format"] == "docx"
