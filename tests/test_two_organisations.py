"""Two organisations in one process, each with a theme and a name of its own: neither sees anything of the other."""

import json
from pathlib import Path

import pytest

from generator.api import make_job, to_bytes
from generator.job import Job
from generator.profile import Profile, shipped_profile
from generator.resources import templates
from generator.theme import load_theme, shipped_theme
from generator.writers import WritingOptions
from tests.writers.reading import READERS

SAMPLES = Path(__file__).parents[1] / "samples"
NAME = "枫林客服中心"
WAYS = ("docx", "xlsx", "weasyprint", "typst")
FORMS = ("closure-report", "issue-tracker", "stakeholder-map")


def theirs(folder: Path) -> tuple[Path, str]:
    """Return a theme file of another accent colour, and that colour."""
    accent = shipped_theme().colour.accent
    text = (templates() / "theme" / "theme.toml").read_text(encoding="utf-8")
    assert accent in text
    path = folder / "theme.toml"
    path.write_text(text.replace(accent, "7A1F5C"), encoding="utf-8")
    return path, "7A1F5C"


def made(job: Job, way: str) -> bytes:
    record = json.loads((SAMPLES / job.form.id / "ordinary.json").read_text(encoding="utf-8"))
    (one,) = job.documents(job.source(record))
    assert one.document is not None
    pdf = way in ("weasyprint", "typst")
    return to_bytes(one.document, "pdf" if pdf else way, WritingOptions(engine=way if pdf else ""))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
def test_each_has_its_own_look_and_name(form: str, way: str, tmp_path: Path) -> None:
    path, _ = theirs(tmp_path)
    ours = make_job(form)
    other = make_job(form, theme=load_theme(path), profile=Profile.of({"zh-Hans": NAME, "en": "Maple Desk"}))
    first, second = made(ours, way), made(other, way)
    assert (made(ours, way), made(other, way)) == (first, second)
    assert first != second
    texts = {bytes_: READERS["pdf" if way == "weasyprint" else way](bytes_).text for bytes_ in (first, second)}
    assert NAME not in texts[first]
    assert shipped_profile().name("zh-Hans") in texts[first]
    assert NAME in texts[second]
    assert shipped_profile().name("zh-Hans") not in texts[second]


@pytest.mark.parametrize("way", ["docx", "xlsx"])
def test_each_has_its_own_colour(way: str, tmp_path: Path) -> None:
    import io
    import zipfile

    path, accent = theirs(tmp_path)

    def markup(content: bytes) -> str:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())

    ours, other = (markup(made(make_job("closure-report", theme=t), way)) for t in (shipped_theme(), load_theme(path)))
    assert accent not in ours
    assert accent in other
    assert shipped_theme().colour.accent not in other
