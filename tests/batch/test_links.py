"""A run never writes, cuts or removes anything outside of its folder, whatever links or a manifest say."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job
from generator.batch import FAILED, MANIFEST
from generator.batch.manifest import Manifest
from generator.batch.store import Folder
from generator.errors import BiaodanError, UsageError
from tests.batch.conftest import contents, documents, faulty, reports, run

PRECIOUS = b'{"n": 1}\nprecious\n'


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_bytes(PRECIOUS)
    return folder


def refused(*given: Any, **options: Any) -> None:
    with pytest.raises(BiaodanError) as caught:
        run(*given, **options)
    assert [fault.code for fault in caught.value.faults] == ["E-link"]


@pytest.mark.parametrize("name", [MANIFEST, FAILED])
@pytest.mark.parametrize("make", [Path.symlink_to, Path.hardlink_to], ids=["a link", "a second name"])
@pytest.mark.parametrize("state", ["new", "done"])
def test_a_link_in_place_of_what_is_written_down_is_refused(
    job: Job, lines: Any, tmp_path: Path, outside: Path, name: str, make: Any, state: str
) -> None:
    source, out = lines([*reports(3), faulty(reports(4)[-1])]), tmp_path / "out"
    out.mkdir()
    if state == "done":
        run(job, source, out)
        (out / name).unlink()
    make(out / name, outside / "precious")
    before = documents(out)
    for options in ({"force": True}, {"resume": True}) if state == "done" else ({"force": True},):
        refused(job, source, out, **options)
    assert contents(outside) == {"precious": PRECIOUS}
    assert {n: c for n, c in documents(out).items() if n in before} == before or name == FAILED


def test_a_pipe_in_place_of_the_manifest_is_refused(job: Job, lines: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / MANIFEST)
    refused(job, lines(reports(1)), tmp_path / "out", force=True)


def test_a_linked_subfolder_is_refused(job: Job, lines: Any, tmp_path: Path, outside: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "2024").symlink_to(outside)
    refused(job, lines(reports(2)), out, force=True, name="2024/{number}")
    assert contents(outside) == {"precious": PRECIOUS}


def test_a_document_that_is_a_link_is_replaced_itself(job: Job, lines: Any, tmp_path: Path, outside: Path) -> None:
    source, out = lines(reports(2)), tmp_path / "out"
    run(job, source, out)
    before = contents(out)
    [name, _] = documents(out)
    (outside / "same").write_bytes(before[name])
    (out / name).unlink()
    (out / name).symlink_to(outside / "same")
    run(job, source, out, resume=True)
    assert not (out / name).is_symlink()
    (out / name).unlink()
    (out / name).symlink_to(outside / "precious")
    run(job, source, out, force=True)
    assert contents(out) == before
    assert contents(outside) == {"precious": PRECIOUS, "same": before[name]}


@pytest.mark.parametrize(
    "way", ["../outside/precious", "{outside}/precious", "linked/precious", "a/../../outside/precious"]
)
def test_a_manifest_that_names_files_elsewhere_removes_none_of_them(
    job: Job, tmp_path: Path, outside: Path, way: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").mkdir()
    (out / "linked").symlink_to(outside)
    name = way.format(outside=outside)
    manifest = Manifest(Folder(out), job.lang)
    manifest.begin({})
    manifest._append([{"n": 1, "files": [{"file": name, "bytes": len(PRECIOUS), "sha256": "x"}]}])
    manifest.wipe()
    manifest.close()
    assert contents(outside) == {"precious": PRECIOUS}
    with pytest.raises(UsageError):
        Folder(out).put([(name, b"new")])
    assert json.loads(contents(outside)["precious"].splitlines()[0])
