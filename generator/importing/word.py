"""A form drafted from a Word form: headings as sections, labels with room as fields, tables of rows as tables."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import Fault, Place
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.guessing import spec_of
from generator.importing.naming import Keys, other_titles, shared, shared_called
from generator.importing.word_blocks import Block, Line, Table, WordBlocks
from generator.importing.word_labels import Asked, clean_label, gaps_in, has_room, in_line, is_blank, is_label, is_sign
from generator.importing.word_tables import Part, Repeat, found_in, schema_of_repeat
from generator.records.filled.packages import Package, open_package

_NUMBERED = re.compile(
    r"^[\s\u3000]*(?:第?[一二三四五六七八九十]{1,3}(?:部分)?[、.．\s\u3000]|[（(][一二三四五六七八九十]{1,3}[）)]|Part\s+\w+)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(r"^\s*(?:填[写表报寫]{1,2}[说說]明|说明|注意事项|instructions?|how to fill)", re.IGNORECASE)
_CALLED = re.compile(r"^\s*(?:填[写表报寫]{1,2}[说說]明|说明|instructions?)\s*[：:]\s*(?=\S)", re.IGNORECASE)
_PARTS = re.compile(r"\u2003| {2,}")
_LONGEST_TITLE, _MOST_SIGNATURES, _LONGEST_HINT = 60, 4, 4000


class FormBlocks:
    """Drafts the form of what is laid out as one: the lines and tables of a document or sheet."""

    def __init__(self, blocks: Sequence[Block], path: Path, form_id: str = "", sort: str = "DOCX") -> None:
        self.blocks, self.path, self.sort = blocks, path, sort
        self.notes = Notes(path.name)
        self.form_id = form_id
        self.root: Schema = {}
        self.keys: dict[int, Keys] = {}
        self.trail: list[tuple[int, Schema, Schema, str]] = []
        """The sections that are open: level, fields, their own schema, title."""

        self.signatures: list[Asked] = []
        self.title = ""
        self.description = ""
        self.count = 0
        self.pending = ""
        """A label whose room hasn't come yet."""

        self.room = 0
        self.lines_in: dict[int, int] = {}
        """Lines to write on right beneath the headings of sections that hold nothing else."""

        self.required: dict[int, list[str]] = {}
        """Keys of required fields by what holds them."""

    def draft(self) -> Draft:
        """Return the draft."""
        for n, block in enumerate(self.blocks):
            if isinstance(block, Line):
                self._line(block, n)
            else:
                self._end_label()
                self._table(block)
        self._end_label()
        self._prune(self.root)
        self.tell_beside()
        meta: Schema = {}
        if self.signatures:
            meta["signatures"] = [
                {"title": one.label, **({"seal": True} if one.has_seal else {})} for one in self.signatures
            ]
        extra: Schema = {"description": self.description} if self.description else {}
        made = Draft(self.title or self.path.stem, self.root, [], meta, extra)
        self._require(made)
        head = Fault("W-import-form", self.notes.place(), {"count": self.count, "sort": self.sort})
        made.report = [head, *self.notes.lines]
        return made

    # --- lines ---

    def _line(self, line: Line, at: int) -> None:
        text = line.text.strip()
        place = f"paragraph:{line.number}"
        if self.pending:
            if not text or (is_blank(text) and not line.controls):
                self.room += 1
                return
            self._end_label()
        if (not text or is_blank(text)) and not line.controls:
            if self.trail and not self._here():
                self.lines_in[id(self.trail[-1][2])] = self.lines_in.get(id(self.trail[-1][2]), 0) + 1
            return
        if self._is_title(line, at, text):
            self.title = " ".join(text.split())
        elif line.level or self._is_heading(line, text, at):
            self._heading(line.level or 1, text)
        elif _INSTRUCTION.match(text) and not has_room(text):
            told = _CALLED.sub("", text)  # paper says so itself
            self.description = f"{self.description} {told}".strip()[:_LONGEST_HINT]
        elif text.endswith(("：", ":")) and is_label(text):
            self.pending, self.room = text, 0
        elif has_room(text) or line.controls or "□" in text or "☐" in text or "○" in text:
            self._asked_in(text, line, place)
        else:
            self.notes.lost(" ".join(text.split()), "prose", row=place)

    def _asked_in(self, text: str, line: Line, place: str) -> None:
        found = list(in_line(text, line.controls))
        if not found:
            self.notes.lost(" ".join(text.replace("_", " ").split())[:80] or "____", "unlabelled", row=place)
        elif (gaps := gaps_in(text)) > len(found):
            self.notes.lost(f"{gaps - len(found)} × ____", "unlabelled", row=place)
        signs = [one for one in found if one.is_signature]
        for one in found:
            if signs and one not in signs and one.schema.get("format") == "date":
                continue  # the day beside a signature is its own
            self._add(one, place)

    def _is_title(self, line: Line, at: int, text: str) -> bool:
        if self.title or has_room(text) or len(text) > _LONGEST_TITLE:
            return False
        return line.is_title or (at < _EARLY and line.is_strong and not _NUMBERED.match(text) and not self.root)

    def _is_heading(self, line: Line, text: str, at: int) -> bool:
        """Tell whether a line without a style is a heading: numbered or strong, short, with a table or gaps next."""
        if len(text) > _LONGEST_TITLE or has_room(text) or text.endswith(("。", "；", ":", "：")) or "□" in text:
            return False
        following = next((b for b in self.blocks[at + 1 :] if not isinstance(b, Line) or b.text.strip()), None)
        is_before_room = isinstance(following, Table) or (isinstance(following, Line) and _asks(following))
        return is_before_room and bool(_NUMBERED.match(text) or line.is_strong)

    def _heading(self, level: int, text: str) -> None:
        title, _, hint = text.partition("\u2003")
        title = re.sub(r"^\d{1,2}(?:\.\d{1,2})*\s+(?=\D)", "", _NUMBERED.sub("", title.strip(" \u3000"), count=1))
        title, _ = clean_label(title)
        while self.trail and self.trail[-1][0] >= level:
            self.trail.pop()
        node: Schema = {"title": title or text.strip(), "type": "object", "properties": {}}
        if hint.strip():
            node["description"] = hint.strip()[:_LONGEST_HINT]
        where = self._here()
        key = self._keys(where).own(node["title"])
        titles = other_titles(node["title"], self._keys(where).known(node["title"]))
        if titles:
            node = {"title": node["title"], "x-title": titles, **{k: v for k, v in node.items() if k != "title"}}
        where[key] = node
        self.trail.append((level, node["properties"], node, node["title"]))

    def _end_label(self) -> None:
        """Take a label with the empty lines beneath it for a field of several lines."""
        if not self.pending:
            return
        label, required = clean_label(self.pending)
        schema: Schema = {
            "type": "string",
            "x-control": "multiline",
            **({"x-lines": min(self.room, 40)} if self.room else {}),
        }
        self.pending = ""
        if self.room or self._expects_room(label):
            found = Asked(label, schema, required)
            if is_sign(label):
                found = Asked(label, {"type": "string", "x-control": "signature"}, required, is_signature=True)
            self._add(found, "")
        else:
            self.notes.lost(label, "prose")

    def _expects_room(self, label: str) -> bool:
        return is_sign(label)

    # --- tables ---

    def _table(self, table: Table) -> None:
        place = f"table:{table.number}:1"
        found = list(found_in(table))
        asks = [one for one in found if isinstance(one, Asked)]
        signs = [one for one in asks if one.is_signature]
        if signs and len(signs) == len(asks) == len(found) and len(self.signatures) + len(signs) <= _MOST_SIGNATURES:
            self.signatures += signs
            self.count += len(signs)
            return
        opened = len(self.trail)
        for one in found:
            if isinstance(one, Part):
                del self.trail[opened:]
                if one.title:
                    self._heading(_IN_TABLE, one.title)
            elif isinstance(one, Repeat):
                self._repeat(one)
            elif isinstance(one, Asked):
                self._add(one, place)
            else:
                text, row = one
                if text.strip():
                    self.notes.lost("…", "prose", row=row)  # it may be an answer
        del self.trail[opened:]

    def _repeat(self, found: Repeat) -> None:
        where = self._here()
        keys, properties = Keys(self.form_id), dict[str, Schema]()
        required: list[str] = []
        for column in found.columns:
            key, node = self._field(column, keys)
            properties[key] = node
            if column.required:
                required.append(key)
        current = self.trail[-1] if self.trail else None
        is_alone = current is not None and not where
        title = current[3] if current else self.title or self.path.stem
        node = schema_of_repeat(found, properties, title)
        if required:
            node["items"]["required"] = required
        if is_alone and current is not None:
            self._become_table(current, node)
            return
        where[self._keys(where).own(title if current else _ROWS)] = node

    def _become_table(self, current: tuple[int, Schema, Schema, str], node: Schema) -> None:
        """Make the open section, which holds nothing else yet, the table itself; what follows is put beside it."""
        own = current[2]
        kept = {k: v for k, v in own.items() if k in ("title", "x-title", "description")}
        own.clear()
        own |= {**node, **kept}
        self.trail.pop()

    # --- fields ---

    def _here(self) -> Schema:
        return self.trail[-1][1] if self.trail else self.root

    def _keys(self, where: Schema) -> Keys:
        return self.keys.setdefault(id(where), Keys(self.form_id))

    def _add(self, found: Asked, place: str) -> None:
        where = self._here()
        key, node = self._field(found, self._keys(where))
        where[key] = node
        if found.required:
            self.required.setdefault(id(where), []).append(key)
        if found.has_other:
            self.notes.lost(f"{found.label}: ____", "other", row=place)

    def _field(self, found: Asked, keys: Keys) -> tuple[str, Schema]:
        self.count += 1
        node = dict(found.schema)
        for name in shared_called(found.label):
            ref, vocabulary = shared()[name]
            if self._agrees(node, vocabulary) and keys.shared(name):
                return name, {"$ref": ref, **({"description": found.hint} if found.hint else {})}
        key = keys.own(found.label)
        titles = other_titles(found.label, keys.known(found.label))
        if found.guessed:
            spec = spec_of(node)
            place = self.notes.place(found.label)
            self.notes.lines.append(Fault("W-import-title", place, {"kind": dict(spec.kind.titles)}))
        head: Schema = {"title": found.label, **({"x-title": titles} if titles else {})}
        if found.hint:
            head["description"] = found.hint
        return key, {**head, **node}

    def _agrees(self, node: Schema, vocabulary: Mapping[str, Any]) -> bool:
        own, theirs = spec_of(node), spec_of(vocabulary)
        if own.sensitive and not theirs.sensitive:
            return False
        if own.choices or theirs.choices:
            labels = [choice.titles["zh-Hans"] for choice in theirs.choices]
            english = [choice.titles.get("en", "") for choice in theirs.choices]
            return [choice.titles["zh-Hans"] for choice in own.choices] in (labels, english)
        if own.kind.is_moment or theirs.kind.is_moment:
            return own.kind.is_moment and theirs.kind.is_moment
        return (
            not own.kind.is_number
            and not theirs.kind.is_number
            and own.kind.name not in ("boolean", "signature", "choices")
        )

    # --- at the end ---

    def _require(self, made: Draft) -> None:
        made.required = list(dict.fromkeys(self.required.get(id(self.root), [])))

        def walk(properties: Schema) -> None:
            for node in properties.values():
                if node.get("type") == "object":
                    keys = self.required.get(id(node["properties"]))
                    if keys:
                        node["required"] = list(dict.fromkeys(keys))
                    walk(node["properties"])

        walk(self.root)

    def _prune(self, properties: Schema) -> None:
        """Take out sections without fields: headings over prose."""
        for key, node in list(properties.items()):
            if node.get("type") == "object":
                self._prune(node["properties"])
                lines = self.lines_in.get(id(node), 0)
                if not node["properties"] and lines > 1:
                    head = {k: v for k, v in node.items() if k in ("title", "x-title", "description")}
                    properties[key] = {**head, "type": "string", "x-control": "multiline", "x-lines": min(lines, 40)}
                    self.count += 1
                elif not node["properties"]:
                    del properties[key]
                    self.notes.lost(str(node["title"]), "heading")

    def tell_beside(self) -> None:
        """Tell of what stands beside the blocks and is not taken."""


class WordForm(FormBlocks):
    """Drafts the form of a Word document."""

    def __init__(self, package: Package, path: Path, form_id: str = "") -> None:
        super().__init__(WordBlocks(package).read(), path, form_id)
        self.package = package

    def tell_beside(self) -> None:
        """Tell of headers and footers, which paper of ours has its own of, and of pictures."""
        pictures = sum(name.startswith("word/media/") for name in self.package.names)
        if pictures:
            self.notes.lost(f"word/media ({pictures})", "pictures")
        for name in sorted(self.package.names):
            if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
                text = "".join(e.text or "" for e in self.package.root(name).iter("{*}t")).strip()
                if text:
                    self.notes.lost(text[:60], "header", row="")


_EARLY, _IN_TABLE = 6, 8
_ROWS = "明细"


def _asks(line: Line) -> bool:
    return bool(line.controls) or has_room(line.text) or "□" in line.text or "☐" in line.text


def word_draft(path: Path, infers: bool = False) -> Draft:
    """Return the draft of a Word form; raises RecordError as `open_package` does."""
    from generator.importing.own import own_schema

    package = open_package(path, Place(path.name))
    form_id = package.properties().get("biaodan.form", "")
    if form_id and not infers and (own := own_schema(form_id, path.name)):
        return own
    return WordForm(package, path, form_id).draft()
