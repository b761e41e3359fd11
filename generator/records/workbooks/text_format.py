"""What a cell shows that holds a text: the part of its format for texts may add to it, or hide it."""

from generator.records.workbooks.number_format import MOST_PARTS, Section, Token, sections_of


def shown_text(text: str, code: str) -> str | None:
    """Return how a cell of a format shows a text; None where the format isn't understood."""
    sections = sections_of(code)
    of_text = sections[-1] if sections else _last_alone(code)
    if of_text is None:
        return None
    if len(sections or ()) < MOST_PARTS and Token("mark", "@") not in of_text.tokens:
        return text
    if any(t.kind != "text" and t != Token("mark", "@") for t in of_text.tokens):
        return None
    return "".join(t.text if t.kind == "text" else text for t in of_text.tokens)


def _last_alone(code: str) -> Section | None:
    """Return the last part of a format that isn't understood as a whole: often ;@, for texts."""
    if "@" not in code and code.count(";") < MOST_PARTS - 1:
        return Section(())
    _, mark, last = code.rpartition(";")
    found = sections_of(last) if mark else None
    return found[0] if found and found[0].tokens == (Token("mark", "@"),) else None
