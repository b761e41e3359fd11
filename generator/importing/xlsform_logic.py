"""The logic of an XLSForm: when a question is asked, what its answer must be, what is worked out."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generator.importing.draft import Notes, Schema
from generator.importing.settling import plain_text
from generator.importing.xpath import Named, Untold, translated

if TYPE_CHECKING:
    from generator.importing.xlsform import Part, Question

_BOUND = re.compile(r"\s*\.\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*")
_REGEX = re.compile(r"\s*regex\(\s*\.\s*,\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*", re.DOTALL)
_LENGTH = re.compile(r"\s*string-length\(\s*\.\s*\)\s*(<=|>=|=|<|>)\s*(\d+)\s*")
_WORDS = {"<=": "maximum", ">=": "minimum", "<": "exclusiveMaximum", ">": "exclusiveMinimum"}


class Logic:
    """Translates what questions are asked."""

    def __init__(self, fields: Mapping[str, Named], notes: Notes) -> None:
        self.fields, self.notes = fields, notes
        self.checks: list[Schema] = []

    def question(self, node: Schema, question: "Question") -> None:
        """Give a field what its question says of when, what and how."""
        row = question.row
        if row["relevant"]:
            self._when(node, question)
        if row["constraint"]:
            self._constraint(node, question)
        if row["calculation"]:
            self._derive(node, question)

    def _when(self, node: Schema, question: "Question") -> None:
        row = question.row
        if question.part.repeat:
            self.notes.lost(row["relevant"], "row_condition", title=node["title"], row=str(row.number))
            return
        made = self._told(row["relevant"], question, "relevant", node["title"])
        if made:
            node["x-when"] = made

    def part_when(self, part: "Part", relevant: str, row: Any) -> None:
        """Give a section or table its condition."""
        try:
            part.node["x-when"] = translated(relevant, self.fields)
        except Untold as told:
            self.notes.lost(
                relevant, "expression", title=str(part.node.get("title", "")), row=str(row.number), part=told.what
            )

    def _derive(self, node: Schema, question: "Question") -> None:
        made = self._told(question.row["calculation"], question, "calculation", node["title"])
        if made:
            node["x-derive"] = {"value": made, "given": "warning"}
            if isinstance(node.get("type"), list):
                self.notes.became(question.row["name"], "calculated", row=str(question.row.number))

    def _told(self, source: str, question: "Question", column: str, title: str) -> str:
        here = question.named
        try:
            return translated(source, self.fields, here, question.part.repeat)
        except Untold as told:
            self.notes.lost(
                f"{column}: {source}", "expression", title=title, row=str(question.row.number), part=told.what
            )
            return ""

    def _constraint(self, node: Schema, question: "Question") -> None:
        """Give a field the limits that its constraint is made of; what is no limit becomes a rule."""
        source = question.row["constraint"]
        parts = re.split(r"\s+and\s+", source)
        plain = [_limit(part, node) for part in parts]
        if all(one is not None for one in plain):
            for one in plain:
                node |= one or {}
            if message := _message(question):
                node.setdefault("description", message)
            return
        made = self._told(source, question, "constraint", node["title"])
        if made:
            self._add(made, question, _message(question) or source)

    def required_if(self, question: "Question", condition: str, title: str) -> None:
        """Make a rule of a field that is required only at times."""
        self._required_where([condition], question, title)

    def required_in(self, question: "Question", conditions: Sequence[tuple["Part", str, Any]], title: str) -> None:
        """Make a rule of a field that is required where the parts around it are asked."""
        around: list[Part] = []
        part: Part | None = question.part
        while part is not None:
            around.append(part)
            part = part.parent
        self._required_where([told for of, told, _ in conditions if any(of is one for one in around)], question, title)

    def _required_where(self, conditions: Sequence[str], question: "Question", title: str) -> None:
        told = [self._told(condition, question, "required", title) for condition in conditions]
        if not all(told):
            return
        own = question.key if question.part.repeat else question.named.path
        joined = " and ".join(f"({one})" for one in told)
        self._add(f"not ({joined}) or {own} is defined", question, "", required=title)

    def _add(self, that: str, question: "Question", message: str, required: str = "") -> None:
        """Add a rule: to the rows of a repeat, or to the whole form."""
        at = question.key if question.part.repeat else question.named.path.replace(".", "/")
        if required:
            said = {"message": f"请填写“{required}”", "x-message": {"en": f'fill in "{required}"'}}
        else:
            said = {"message": plain_text(message)[:480]}
        rule: Schema = {"that": that, "at": at, **said}
        holder = question.part
        if holder.repeat:
            holder.node["items"].setdefault("x-check", []).append(rule)
        else:
            self.checks.append(rule)


def _message(question: "Question") -> str:
    texts = question.row.spoken.get("constraint_message", {})
    return plain_text(next(iter(texts.values()), ""))


def _limit(part: str, node: Schema) -> Schema | None:
    """Return one condition of an answer as JSON Schema has it; None where it hasn't."""
    is_number = node.get("type") in ("integer", "number")
    part = part.strip()
    if part.startswith("(") and part.endswith(")") and "(" not in part[1:-1]:
        part = part[1:-1]
    if is_number and (found := _BOUND.fullmatch(part)):
        number = float(found[2])
        return {_WORDS[found[1]]: int(number) if number.is_integer() else number}
    if node.get("type") == "string" and (found := _REGEX.fullmatch(part)) and "oneOf" not in node:
        return {"pattern": _anchored(found[1] or found[2] or "")}
    if node.get("type") == "string" and (found := _LENGTH.fullmatch(part)):
        count = int(found[2])
        sign = found[1]
        made = {"<=": {"maxLength": count}, ">=": {"minLength": count}, "=": {"minLength": count, "maxLength": count}}
        made |= {"<": {"maxLength": max(0, count - 1)}, ">": {"minLength": count + 1}}
        return made[sign]
    return None


def _anchored(pattern: str) -> str:
    """Return a pattern that, as in XForms, the whole answer must match."""
    begun = pattern if pattern.startswith("^") else f"^(?:{pattern})"
    return begun if begun.endswith("$") else f"{begun}$"
