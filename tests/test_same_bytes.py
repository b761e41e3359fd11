"""The same input gives the same bytes, whatever the process, time zone, language of the machine and order of hashes."""

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from generator import Catalogue
from generator.writers import SHIPPED

SAMPLES = Path(__file__).parents[1] / "samples"
FORMS = [form.id for form in Catalogue()]
SCRIPT = """
import hashlib, json, sys
from pathlib import Path
from generator import blank, render

found = {}
for form, sample in json.loads(sys.argv[1]).items():
    record = json.loads(Path(sample).read_text(encoding="utf-8"))
    for format in json.loads(sys.argv[2]):
        found[f"{form} filled {format}"] = hashlib.sha256(render(form, record, format)).hexdigest()
        found[f"{form} blank {format}"] = hashlib.sha256(blank(form, format, lang="en")).hexdigest()
print(json.dumps(found))
"""
HERE = {"TZ": "UTC", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "2"}


def samples() -> dict[str, str]:
    """Return one sample of each form."""
    return {
        form: str(next(iter(sorted((SAMPLES / form).glob("*.json"))))) for form in FORMS if (SAMPLES / form).is_dir()
    }


@cache
def built(**environment: str) -> dict[str, str]:
    """Return the digests of every document, made by a process of its own."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "LC_ALL", "LANGUAGE")
    }
    command = [sys.executable, "-c", SCRIPT, json.dumps(samples()), json.dumps(list(SHIPPED))]
    done = subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_another_process_time_zone_locale_and_hash_seed_give_the_same_bytes() -> None:
    here, there = built(**HERE), built(**THERE)
    assert len(here) == len(samples()) * len(SHIPPED) * 2
    assert [name for name in here if here[name] != there[name]] == []


def test_different_records_give_different_bytes() -> None:
    digests = list(built(**HERE).values())
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_the_date_in_a_package_is_that_of_source_date_epoch(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator import blank

    digests = []
    for epoch in ("1700000000", "1700000000", "1800000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        digests.append(hashlib.sha256(blank(FORMS[0], format)).hexdigest())
    assert digests[0] == digests[1] != digests[2]
