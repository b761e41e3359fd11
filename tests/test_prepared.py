"""What is kept in the user's cache: used again, made anew when its sources change, never needed."""

import json
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


@pytest.mark.parametrize("content", ["", '{"times": 1', "\udcff"])
def test_a_broken_file_is_made_anew(cache, source, content):
    prepared("x", "openpyxl", [source], lambda: {"times": 1})
    [kept] = cache.iterdir()
    kept.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert prepared("x", "openpyxl", [source], lambda: {"times": 1}) == {"times": 1}
    assert json.loads(kept.read_text()) == {"times": 1}


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
