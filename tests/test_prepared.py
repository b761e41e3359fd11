"""What is kept in the user's cache: used again, made anew when its sources change, never needed."""

import os
from datetime import date

import pytest

from generator import prepared as module
from generator.prepared import prepared
from generator.rules.calendar import WorkingCalendar, _year


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("BIAODAN_CACHE", str(folder))
    return folder


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.toml"
    path.write_text("colour = 1")
    return path


def counting():
    """Return a function that tells how often it was called."""
    calls = []

    def make():
        calls.append(1)
        return {"times": len(calls)}

    return make


def test_what_was_made_is_used_again_until_its_source_changes(cache, source):
    make = counting()
    assert [prepared("x", "openpyxl", [source], make) for _ in range(3)] == [{"times": 1}] * 3
    source.write_text("colour = 2")
    assert prepared("x", "openpyxl", [source], make) == {"times": 2}
    assert prepared("y", "openpyxl", [source], make) == {"times": 3}


def test_what_was_made_is_made_anew_for_another_version_of_its_library(cache, source, monkeypatch):
    make = counting()
    assert prepared("x", "holidays", [source], make) == {"times": 1}
    monkeypatch.setattr(module, "version", lambda name: "9999.1")
    assert prepared("x", "holidays", [source], make) == {"times": 2}


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "cut in its sum": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b" "),
    "a byte of the sum": lambda path: path.write_bytes(flipped(path.read_bytes(), 5)),
    "a byte of the content": lambda path: path.write_bytes(flipped(path.read_bytes(), -2)),
    "JSON without a sum": lambda path: path.write_bytes(b'{"times": 2}'),
    "no text": lambda path: path.write_bytes(b"\xff\n\xff"),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nowhere")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_damaged_is_made_anew(cache, source, damage):
    prepared("x", "openpyxl", [source], lambda: {"times": 1})
    [kept] = cache.iterdir()
    whole = kept.read_bytes()
    damage(kept)
    assert prepared("x", "openpyxl", [source], lambda: {"times": 1}) == {"times": 1}
    assert kept.is_dir() or kept.read_bytes() == whole


def test_what_was_kept_under_another_name_is_made_anew(cache, source):
    prepared("x", "openpyxl", [source], lambda: {"of": "x"})
    [kept] = cache.iterdir()
    prepared("y", "openpyxl", [source], lambda: {"of": "y"})
    [other] = set(cache.iterdir()) - {kept}
    other.write_bytes(kept.read_bytes())
    assert prepared("y", "openpyxl", [source], lambda: {"of": "y"}) == {"of": "y"}


def test_a_year_that_was_altered_is_asked_for_again(cache):
    day = date(2024, 5, 1)
    for _ in range(2):
        _year.cache_clear()
        assert not WorkingCalendar("CN").is_working(day)
        [kept] = cache.iterdir()
        kept.write_bytes(kept.read_bytes().replace(b"2024-05-01", b"2024-05-09"))


def test_without_a_cache_that_can_be_written_all_is_made_in_place(tmp_path, source, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("BIAODAN_CACHE", str(blocked / "below"))
    assert [prepared("x", "openpyxl", [source], counting()) for _ in range(2)] == [{"times": 1}] * 2


def test_the_cache_lies_where_the_system_wants_it(monkeypatch, tmp_path):
    monkeypatch.delenv("BIAODAN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert module.cache_folder() == tmp_path / "biaodan"


def test_a_kept_year_says_what_the_library_says(cache):
    import holidays

    library, calendar = holidays.country_holidays("CN"), WorkingCalendar("CN")
    days = [date.fromordinal(n) for n in range(date(2023, 9, 1).toordinal(), date(2025, 3, 1).toordinal())]
    for _ in range(2):  # made, then read back
        _year.cache_clear()
        assert [calendar.is_working(day) for day in days] == [library.is_working_day(day) for day in days]
    assert len(list(cache.iterdir())) == 3
