"""The same input gives the same bytes, whatever the process, time zone, language of the machine and order of hashes."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
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
PARTS = range(4)
"""The forms are dealt out to so many tests, which the workers share; each starts its processes for its own forms."""

Digests = dict[str, str]
Once = Callable[[str, Callable[[], bytes]], bytes]


def samples() -> dict[str, str]:
    """Return one sample of each form."""
    return {
        form: str(next(iter(sorted((SAMPLES / form).glob("*.json"))))) for form in FORMS if (SAMPLES / form).is_dir()
    }


def part_of(part: int) -> dict[str, str]:
    return dict([*samples().items()][part :: len(PARTS)])


def built(part: int, environment: Mapping[str, str]) -> Digests:
    """Return the digests of every document of a part of the forms, made by a process of its own."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "LC_ALL", "LANGUAGE")
    }
    command = [sys.executable, "-c", SCRIPT, json.dumps(part_of(part)), json.dumps(list(SHIPPED))]
    done = subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: Digests = json.loads(done.stdout)
    return found


@pytest.fixture
def here(once: Once) -> Callable[[int], Digests]:
    """Return what gives the digests of a part as they are here."""

    def read(part: int) -> Digests:
        found: Digests = json.loads(once(f"digests-{part}", lambda: json.dumps(built(part, HERE)).encode()))
        return found

    return read


@pytest.mark.parametrize("part", PARTS)
def test_another_process_time_zone_locale_and_hash_seed_give_the_same_bytes(
    part: int, here: Callable[[int], Digests]
) -> None:
    first, there = here(part), built(part, THERE)
    assert set(first) == set(there)
    assert len(first) == len(part_of(part)) * len(SHIPPED) * 2
    assert [name for name in first if first[name] != there[name]] == []


def test_the_parts_are_all_forms() -> None:
    assert sorted(form for part in PARTS for form in part_of(part)) == sorted(samples())


def test_different_records_give_different_bytes(here: Callable[[int], Digests]) -> None:
    digests = [digest for part in PARTS for digest in here(part).values()]
    assert len(digests) == len(samples()) * len(SHIPPED) * 2
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_the_date_in_a_package_is_that_of_source_date_epoch(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator import blank

    digests = []
    for epoch in ("1700000000", "1700000000", "1800000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        digests.append(hashlib.sha256(blank(FORMS[0], format)).hexdigest())
    assert digests[0] == digests[1] != digests[2]
