"""The types of an XLSForm's questions as schemas, with their choices, parameters and defaults."""

import re
from collections.abc import Mapping
from typing import Any

from generator.importing.draft import Notes, Schema
from generator.importing.settling import plain_text
from generator.importing.xlsform_book import FormBook, FormRow, spoken_texts
from generator.wording import Lang

SELECTS = frozenset(
    {
        "select_one",
        "select_multiple",
        "rank",
        "select_one_external",
        "select_one_from_file",
        "select_multiple_from_file",
    }
)
_SORTS = {
    "integer": "number", "decimal": "number", "range": "number", "date": "moment", "datetime": "moment", "time": "text",
    "select_one": "choice", "select_one_external": "choice", "select_one_from_file": "text",
    "select_multiple": "choices", "rank": "choices", "select_multiple_from_file": "text", "acknowledge": "truth",
    "trigger": "truth",
}  # fmt: skip
_SCHEMAS: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "datetime": {"type": "string", "format": "date-time"},
    "acknowledge": {"type": "boolean"},
    "trigger": {"type": "boolean"},
    "barcode": {"type": "string"},
    "image": {"type": "string", "x-control": "picture"},
    "calculate": {"type": ["string", "number", "boolean"]},
    "hidden": {"type": "string"},
    "geopoint": {"type": "string"},
    "geotrace": {"type": "string", "x-control": "multiline"},
    "geoshape": {"type": "string", "x-control": "multiline"},
    "audio": {"type": "string"},
    "video": {"type": "string"},
    "file": {"type": "string"},
    "range": {"type": "number"},
}
PLAIN = frozenset(_SCHEMAS)
_APPROXIMATED = frozenset({"geopoint", "geotrace", "geoshape", "audio", "video", "file", "barcode", "hidden"})
_MULTILINE, _SIGNATURE = re.compile(r"\bmultiline\b|\btextarea\b"), re.compile(r"\bsignature\b")
_MOST_MARKS = 20
_NEVER = "false"


def sort_of(kind: str) -> str:
    """Return what an expression sees of a question's type."""
    return _SORTS.get(kind, "made" if kind == "calculate" else "text")


class TypeReader:
    """Tells schemas by types."""

    def __init__(self, book: FormBook, languages: Mapping[str, Lang], notes: Notes) -> None:
        self.languages, self.notes = languages, notes
        self.lists: dict[str, list[FormRow]] = {}
        self.told: set[str] = set()
        self.used: set[str] = set()
        for row in book.choices:
            self.lists.setdefault(row["list_name"], []).append(row)
            for name in row.texts:
                if name.startswith("media::"):
                    self._once(f"{row['list_name']}: {name}", "media")

    def _once(self, what: str, why: str) -> None:
        if what not in self.told:
            self.told.add(what)
            self.notes.lost(what, why)

    def unused(self) -> list[str]:
        """Return the lists of choices that no question has."""
        return [name for name in self.lists if name and name not in self.used]

    def schema(self, kind: str, rest: str, row: FormRow) -> Schema:
        """Return the schema of a question's type."""
        if kind in SELECTS:
            return self._select(kind, rest, row)
        made = dict(_SCHEMAS[kind])
        looks = row["appearance"].casefold()
        if kind == "text" and _MULTILINE.search(looks):
            made["x-control"] = "multiline"
        elif kind == "image" and _SIGNATURE.search(looks):
            made["x-control"] = "signature"
        elif kind == "range":
            made = self._range(row)
        elif kind == "hidden":
            made["x-when"] = _NEVER
        elif looks:
            self._once(f"appearance {looks}", "appearance")
        if kind in _APPROXIMATED:
            self.notes.became(kind, f"type_{kind.replace('-', '_')}", title=row["name"], row=str(row.number))
        if row["parameters"] and kind != "range":
            self.notes.lost(row["parameters"], "parameters", title=row["name"], row=str(row.number))
        return made

    def _range(self, row: FormRow) -> Schema:
        given = dict(re.findall(r"(\w+)\s*=\s*(-?[\d.]+)", row["parameters"]))
        low, high, step = (
            _number(given.get(name, usual)) for name, usual in (("start", "0"), ("end", "10"), ("step", "1"))
        )
        if low is None or high is None or step is None:
            self.notes.lost(row["parameters"], "parameters", title=row["name"], row=str(row.number))
            return {"type": "number"}
        low, high = min(low, high), max(low, high)
        whole = all(isinstance(n, int) for n in (low, high, step))
        made: Schema = {"type": "integer" if whole else "number", "minimum": low, "maximum": high}
        if whole and step == 1 and 0 < high - low <= _MOST_MARKS:
            made["x-control"] = "rating"
        elif step != 1:
            self.notes.lost(f"step={given['step']}", "parameters", title=row["name"], row=str(row.number))
        return made

    def _select(self, kind: str, rest: str, row: FormRow) -> Schema:
        words = rest.split()
        name = words[0] if words else ""
        other = (
            any(word.casefold() in ("or_other", "specify_other") for word in words[1:]) or "or other" in rest.casefold()
        )
        rows = self.lists.get(name, [])
        self.used.add(name)
        if kind == "rank":
            self.notes.became(name, "rank", title=row["name"], row=str(row.number))
        if row["choice_filter"]:
            self.notes.lost(row["choice_filter"], "choice_filter", title=row["name"], row=str(row.number))
        if row["parameters"]:
            self.notes.lost(row["parameters"], "parameters", title=row["name"], row=str(row.number))
        if row["appearance"]:
            self._once(f"appearance {row['appearance']}", "appearance")
        if not rows:
            self.notes.lost(rest or kind, "choices", title=row["name"], row=str(row.number))
            many = {"type": "array", "items": {"type": "string"}}
            return many if kind.startswith("select_multiple") or kind == "rank" else {"type": "string"}
        choices = self._choices(rows, other=other)
        if kind in ("select_multiple", "rank"):
            return {"type": "array", "items": {"type": "string", "oneOf": choices}, "uniqueItems": True}
        return {"type": "string", "oneOf": choices}

    def _choices(self, rows: list[FormRow], *, other: bool) -> list[Schema]:
        made: list[Schema] = []
        seen: set[str] = set()
        titles: set[str] = set()
        for row in rows:
            value = row["name"]
            texts = {lang: plain_text(t) for lang, t in spoken_texts(row, "label", self.languages).items()}
            if not value or value in seen:
                if value and not self._is_cascade(rows):
                    self.notes.lost(value, "choice_twice", title=row["list_name"], row=str(row.number))
                continue
            seen.add(value)
            title = texts.get("zh-Hans") or value
            title = title if title not in titles else f"{title} ({value})"
            titles.add(title)
            others = {lang: text for lang, text in texts.items() if lang != "zh-Hans" and text}
            made.append({"const": value, "title": title, **({"x-title": others} if others else {})})
        if other and "other" not in seen:
            made.append({"const": "other", "title": "其他", "x-title": {"en": "Other"}})
            self._once("or_other", "other")
        return made

    def _is_cascade(self, rows: list[FormRow]) -> bool:
        """Tell whether a list's answers come twice for different questions before it."""
        return any(set(row.texts) - {"list_name", "name", "label"} for row in rows)

    def default(self, node: Schema, text: str) -> Any:
        """Return a default of a question's type; None for one that is worked out, or that isn't of the type."""
        choices = [c["const"] for c in node.get("oneOf", node.get("items", {}).get("oneOf", []))]
        if node.get("type") == "array":
            found = text.split()
            return found if all(value in choices for value in found) else None
        if choices:
            return text if text in choices else None
        if node.get("type") in ("integer", "number"):
            number = _number(text)
            return number if not (node["type"] == "integer" and isinstance(number, float)) else None
        if "(" in text or "${" in text or node.get("type") != "string":
            return None
        if node.get("format") == "date":
            return text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
        return None if "format" in node or node.get("x-control") == "picture" else text


def _number(text: str) -> int | float | None:
    try:
        made = float(text)
    except ValueError:
        return None
    return int(made) if made.is_integer() else made
