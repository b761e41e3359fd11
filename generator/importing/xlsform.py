"""A form drafted from an XLSForm: groups as sections, repeats as tables, its logic as far as our expressions say it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.errors import Fault
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.naming import Keys
from generator.importing.settling import plain_text
from generator.importing.xlsform_book import FormBook, FormRow, chosen_languages, read_book, spoken_texts
from generator.importing.xlsform_logic import Logic
from generator.importing.xlsform_types import PLAIN, SELECTS, TypeReader, sort_of
from generator.importing.xpath import Named

_BEGIN = re.compile(r"begin[\s_]*(group|repeat|loop|lgroup)\b(.*)", re.IGNORECASE)
_END = re.compile(r"end[\s_]*(group|repeat|loop|lgroup)\b", re.IGNORECASE)
_METADATA = re.compile(
    "start|end|today|device_?id|subscriberid|sim_?serial|phone_?number|username|email|audit|start-geopoint|"
    "background-audio|background-geopoint|uri:(?:deviceid|username|email|phonenumber)"
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PIPED = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_TRUE = frozenset({"yes", "true", "true()", "1", "required", "y"})
_FALSE = frozenset({"no", "false", "false()", "0", "", "n"})


@dataclass
class Part:
    """A group, a repeat or the form itself: where it stands, what it holds."""

    sort: str
    path: str
    properties: Schema
    required: list[str]
    node: Schema
    keys: Keys = field(default_factory=Keys)
    repeat: str = ""
    parent: "Part | None" = None
    is_flat: bool = False
    """Whether a group's fields stand in what is around it: a row has no sections."""


@dataclass
class Question:
    """A question: its row, its type, its key and where it stands."""

    row: FormRow
    type: str
    rest: str
    part: Part
    key: str
    named: Named


class XlsForm:
    """Drafts the form of an XLSForm."""

    def __init__(self, book: FormBook, path: Path) -> None:
        self.book, self.path = book, path
        self.notes = Notes(path.name)
        self.languages, others = chosen_languages(book)
        self.root = Part("form", "", {}, [], {})
        self.questions: list[Question] = []
        self.pending_notes: list[tuple[Part, dict[str, str]]] = []
        self.fields: dict[str, Named] = {}
        self.titles: dict[str, str] = {}
        self.types = TypeReader(book, self.languages, self.notes)
        for name in others:
            self.notes.lost(name, "language")

    def draft(self) -> Draft:
        """Return the draft."""
        self._walk()
        logic = Logic(self.fields, self.notes)
        for question in self.questions:
            self._put(question, logic)
        for part, relevant, row in self._conditions:
            logic.part_when(part, relevant, row)
        _drop_empty(self.root)
        self._tell_sheets()
        for name in self.types.unused():
            self.notes.lost(name, "unused")
        title = plain_text(self.book.settings.get("form_title", "")) or self.path.stem
        extra: Schema = {"x-check": logic.checks} if logic.checks else {}
        made = Draft(title, self.root.properties, self.root.required, {}, extra)
        head = Fault("W-import-form", self.notes.place(), {"count": len(self.questions), "sort": "XLSForm"})
        made.report = [head, *self.notes.lines]
        made.form_id = self.book.settings.get("form_id", "")
        return made

    # --- the rows, one after the other ---

    def _walk(self) -> None:
        self._conditions: list[tuple[Part, str, FormRow]] = []
        part = self.root
        for row in self.book.survey:
            kind = row["type"].strip()
            if row["disabled"].casefold() in _TRUE and row["disabled"]:
                self.notes.lost(row["name"] or kind, "disabled", row=str(row.number))
                continue
            if not kind or kind.startswith("#"):
                self._comment(row)
            elif begun := _BEGIN.match(kind):
                part = self._begin(part, begun, row)
            elif _END.match(kind):
                part = part.parent or self.root
            else:
                self._question(part, kind, row)

    def _comment(self, row: FormRow) -> None:
        if row["name"] or row.spoken.get("label"):
            self.notes.lost(row["name"] or next(iter(row.spoken["label"].values())), "typeless", row=str(row.number))

    def _begin(self, around: Part, begun: re.Match[str], row: FormRow) -> Part:
        is_repeat = begun[1].casefold() in ("repeat", "loop")
        titles = self._titles(row)
        name = row["name"] or begun[2].strip() or begun[1]
        if begun[1].casefold() == "loop":
            self.notes.became(f"loop {name}", "loop", row=str(row.number))
        node: Schema = {**titles, **self._hints(row)}
        where = around
        if around.repeat and not is_repeat:
            if titles:
                self.notes.became(titles["title"], "flat", row=str(row.number))
            if row["relevant"]:
                self.notes.lost(row["relevant"], "row_condition", title=name, row=str(row.number))
            return Part("group", around.path, around.properties, around.required, around.node, around.keys,
                        around.repeat, around, True)  # fmt: skip
        if around.repeat:
            while where.repeat and where.parent is not None:
                where = where.parent
            self.notes.became(titles.get("title", name), "lifted", row=str(row.number))
        key = self._key(where, name, row)
        node.setdefault("title", name)
        path = f"{where.path}.{key}" if where.path else key
        inner: Schema = {"type": "object", "properties": {}}
        if is_repeat:
            node |= {"type": "array", "items": inner}
            self._repeat_count(node, row)
        else:
            node |= inner
        where.properties[key] = node
        holder = node["items"] if is_repeat else node
        made = Part("repeat" if is_repeat else "section", path, holder["properties"], [], node,
                    repeat=path if is_repeat else "", parent=around)  # fmt: skip
        holder["required"] = made.required
        self.fields.setdefault(name, Named(path, "rows" if is_repeat else "group", key=key))
        if row["relevant"]:
            self._conditions.append((made, row["relevant"], row))
        self._tell_columns(row)
        return made

    def _repeat_count(self, node: Schema, row: FormRow) -> None:
        count = row["repeat_count"]
        if count.isdigit() and 0 <= int(count) <= _MOST_BLANK:
            node["x-table"] = {"blank_rows": int(count)}
        elif count:
            self.notes.lost(count, "repeat_count", title=str(node["title"]), row=str(row.number))

    def _question(self, part: Part, kind: str, row: FormRow) -> None:
        word, _, rest = " ".join(kind.split()).partition(" ")
        word, rest = _joined(word, rest)
        name = row["name"]
        if _METADATA.fullmatch(word):
            self.notes.lost(f"{word} {name}".strip(), "metadata", row=str(row.number))
            return
        if word == "note":
            texts = spoken_texts(row, "label", self.languages)
            if texts:
                self.pending_notes.append((part, texts))
                self.notes.became(plain_text(next(iter(texts.values()))), "hint", row=str(row.number))
            if name:
                self.fields.setdefault(name, Named("", "note"))
            return
        if word not in PLAIN and word not in SELECTS:
            self.notes.lost(kind, "type", title=name, row=str(row.number))
            if word in ("xml-external", "csv-external"):
                return
            word = "text"
        if row["appearance"].casefold() == "label" and word in SELECTS:
            self.notes.became(name, "scale_head", row=str(row.number))
            return
        key = self._key(part, name or word, row)
        sort = sort_of(word)
        path = f"{part.path}.{key}" if part.path else key
        named = Named(f"{part.repeat}.{key}" if part.repeat else path, sort, part.repeat, key)
        self.fields[name] = named
        self.titles[name] = self._titles(row).get("title", name)
        self.questions.append(Question(row, word, rest, part, key, named))

    def _key(self, part: Part, name: str, row: FormRow) -> str:
        wanted = (
            name if _KEY.fullmatch(name) else re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("0123456789") or "field"
        )
        made = part.keys.exactly(wanted)
        if made != name:
            self.notes.became(name, "key", row=str(row.number), key=made)
        return made

    # --- a question as a field ---

    def _put(self, question: Question, logic: Logic) -> None:
        row, part = question.row, question.part
        titles = self._titles(row)
        node: Schema = titles or {"title": question.row["name"] or question.key}
        node |= self._hints(row)
        node |= self.types.schema(question.type, question.rest, row)
        if row["readonly"].casefold() in _TRUE:
            node["readOnly"] = True
        elif row["readonly"].casefold() not in _FALSE:
            self.notes.lost(row["readonly"], "readonly", title=node["title"], row=str(row.number))
        self._default(node, row)
        logic.question(node, question)
        self._required(node, question, logic)
        part.properties[question.key] = node
        self._with_notes(part, node)
        self._tell_columns(row, node["title"])

    def _titles(self, row: FormRow) -> dict[str, Any]:
        texts = {
            lang: self._piped(plain_text(text), row)
            for lang, text in spoken_texts(row, "label", self.languages).items()
        }
        return _worded(texts, "title")

    def _hints(self, row: FormRow) -> dict[str, Any]:
        hints = spoken_texts(row, "hint", self.languages)
        for lang, text in spoken_texts(row, "guidance_hint", self.languages).items():
            hints[lang] = f"{hints[lang]} {text}" if lang in hints else text
        return _worded({lang: self._piped(plain_text(text), row) for lang, text in hints.items()}, "description")

    def _piped(self, text: str, row: FormRow) -> str:
        """Return a text with the titles of questions in the place of their answers."""
        found = _PIPED.findall(text)
        for name in found:
            told = self.titles.get(name, name)
            text = re.sub(r"\$\{\s*" + re.escape(name) + r"\s*\}", f"[{told}]".replace("\\", ""), text)
        if found and (row.number, text) not in self._told_piped:
            self._told_piped.add((row.number, text))
            self.notes.became(f"${{{found[0]}}}", "piped", row=str(row.number))
        return text[:_LONGEST]

    @property
    def _told_piped(self) -> set[tuple[int, str]]:
        found: set[tuple[int, str]] = self.__dict__.setdefault("_piped_told", set())
        return found

    def _with_notes(self, part: Part, node: Schema) -> None:
        """Put the notes that stand before a question into its hint."""
        texts = [texts for of, texts in self.pending_notes if of is part]
        self.pending_notes = [one for one in self.pending_notes if one[0] is not part]
        for said in reversed(texts):
            clean = {lang: plain_text(_PIPED.sub("…", text)) for lang, text in said.items()}
            first = f"{clean.get('zh-Hans', '')} {node.get('description', '')}".strip()
            node["description"] = first[:_LONGEST_HINT]
            others = {lang: text for lang, text in clean.items() if lang != "zh-Hans"}
            if others:
                known = node.get("x-description", {})
                node["x-description"] = {**known, **{k: f"{v} {known.get(k, '')}".strip() for k, v in others.items()}}

    def _default(self, node: Schema, row: FormRow) -> None:
        text = row["default"]
        if not text:
            return
        made = self.types.default(node, text)
        if made is None:
            self.notes.lost(text, "default", title=node["title"], row=str(row.number))
        elif node.get("readOnly"):
            node["default"] = made
        else:
            node["default"] = made

    def _required(self, node: Schema, question: Question, logic: Logic) -> None:
        said = question.row["required"].strip().casefold()
        if said in _FALSE:
            return
        if said not in _TRUE:
            logic.required_if(question, question.row["required"], node["title"])
        elif question.row["relevant"]:
            logic.required_if(question, question.row["relevant"], node["title"])
        elif not _is_conditional(question.part, self._conditions):
            question.part.required.append(question.key)
        else:
            logic.required_in(question, self._conditions, node["title"])

    # --- what is told besides ---

    def _tell_columns(self, row: FormRow, title: str = "") -> None:
        for name in row.texts:
            if name.startswith("media::") or name in ("image", "audio", "video", "big-image"):
                self.notes.lost(f"{name}: {row[name]}", "media", title=title, row=str(row.number))
            elif not _KNOWN.fullmatch(name) and not name.startswith("media") and row[name]:
                self._unknown.setdefault(name, row.number)

    @property
    def _unknown(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("_unknown_columns", {})
        return found

    def _tell_sheets(self) -> None:
        for part, texts in self.pending_notes:
            self.notes.lost(plain_text(next(iter(texts.values()))), "note", row=part.path)
        for name, number in self._unknown.items():
            self.notes.lost(name, "column", row=str(number))
        for name in self.book.other_sheets:
            self.notes.lost(name, "sheet")
        for name, value in self.book.settings.items():
            if name not in ("form_title", "form_id", "default_language"):
                self.notes.lost(f"{name}: {value}", "setting")


_LONGEST, _LONGEST_HINT, _MOST_BLANK = 480, 4000, 200
_KNOWN = re.compile(
    "type|name|label|hint|guidance_hint|required|relevant|constraint|constraint_message|calculation|appearance|default|"
    "readonly|repeat_count|choice_filter|parameters|disabled|notes?|comments?"
)


def _joined(word: str, rest: str) -> tuple[str, str]:
    """Return a type by its usual name: `select one LIST` is `select_one LIST`."""
    plain = word.casefold()
    lowered = f"{plain} {rest.casefold()}"
    for spoken, name in _SPOKEN.items():
        if lowered == spoken or lowered.startswith(f"{spoken} "):
            return name, f"{word} {rest}"[len(spoken) :].strip()
    return _ALIASES.get(plain, plain), rest


_SPOKEN = {
    "select one external": "select_one_external",
    "select one from": "select_one",
    "select one": "select_one",
    "select multiple from": "select_multiple",
    "select multiple": "select_multiple",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "add select one prompt using": "select_one",
    "add select multiple prompt using": "select_multiple",
    "add text prompt": "text",
    "add date prompt": "date",
    "add integer prompt": "integer",
    "add note prompt": "note",
    "phone number": "phonenumber",
    "date and time": "datetime",
    "q ": "text",
}
_ALIASES = {
    "string": "text", "int": "integer", "select1": "select_one", "select": "select_multiple", "photo": "image",
    "gps": "geopoint", "location": "geopoint", "q": "text",
    "imei": "deviceid", "get": "calculate", "acknowledgement": "acknowledge",
}  # fmt: skip


def _is_conditional(part: Part | None, conditions: list[tuple[Part, str, FormRow]]) -> bool:
    while part is not None:
        if any(of is part for of, _, _ in conditions):
            return True
        part = part.parent
    return False


def _worded(texts: dict[str, str], word: str) -> dict[str, Any]:
    """Return texts by language as a schema has them."""
    if not texts.get("zh-Hans"):
        return {}
    others = {lang: text for lang, text in texts.items() if lang != "zh-Hans" and text}
    return {word: texts["zh-Hans"], **({f"x-{word}": others} if others else {})}


def _drop_empty(part: Part) -> None:
    """Take out sections and tables without fields, and lists of required fields that name none."""

    def clean(properties: Schema) -> None:
        for key, node in list(properties.items()):
            holder = (
                node.get("items") if node.get("type") == "array" and "properties" in node.get("items", {}) else node
            )
            if "properties" not in holder:
                continue
            clean(holder["properties"])
            if not holder.get("required", True):
                del holder["required"]
            if not holder["properties"]:
                del properties[key]

    clean(part.properties)


def xlsform_draft(path: Path, password: str = "") -> Draft:
    """Return the draft of an XLSForm; raises RecordError as `read_book` does."""
    return XlsForm(read_book(path, password), path).draft()
