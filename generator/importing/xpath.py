"""Expressions of XForms (XPath 1.0 with the functions of ODK) in our dialect, as far as it can say them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Untold(Exception):
    """An expression says what our dialect can't; `what` is the part that it can't say."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Named:
    """A question as expressions see it: its path in the record, its sort, the repeat that it stands in."""

    path: str
    sort: str = "text"
    repeat: str = ""
    """The path of the repeat."""

    key: str = ""


class _Token(NamedTuple):
    sort: str
    text: str


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<string>'[^']*'|\"[^\"]*\"|[‘’][^‘’]*[‘’]|[“”][^“”]*[“”])"
    r"|(?P<field>\$\{\s*[^}]+?\s*\})|(?P<path>(?:\.\./|/)[\w./:-]*\w|\.\.)|(?P<here>\.(?!\d))"
    r"|(?P<operator><=|>=|!=|==|[=<>+*(),|-])|(?P<name>[A-Za-z_][\w:.]*(?:-[A-Za-z][\w:.]*)*))"
)
_WORDS = {"and": "and", "or": "or", "div": "/", "mod": "%"}


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    source = source.strip()
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.end() == at:
            raise Untold(source[at : at + 20])
        sort = str(match.lastgroup)
        text = match[sort]
        if sort == "name" and text in _WORDS and found and found[-1].text not in (*_WORDS, "(", ",", "="):
            sort = "operator"
        found.append(_Token(sort, text))
        at = match.end()
        while at < len(source) and source[at].isspace():
            at += 1
    return found


class _Told(NamedTuple):
    """A translated part: its text, its sort where it is a question or a literal, the question."""

    text: str
    sort: str = ""
    field: Named | None = None


def translated(source: str, fields: Mapping[str, Named], here: Named | None = None, repeat: str = "") -> str:
    """Return an expression in our dialect; `here`: the question that it is of, `repeat`: the repeat it stands in.

    Raises Untold for what can't be said.
    """
    parser = _Parser(_tokens(source), fields, here, repeat)
    made = parser.either()
    if parser.at < len(parser.tokens):
        raise Untold(parser.tokens[parser.at].text)
    return made.text


class _Parser:
    def __init__(self, tokens: Sequence[_Token], fields: Mapping[str, Named], here: Named | None, repeat: str) -> None:
        self.tokens, self.fields, self.here, self.repeat = tokens, fields, here, repeat
        self.at = 0
        self.depth = 0

    def _peek(self, *texts: str, sort: str = "operator") -> str:
        if self.at < len(self.tokens) and self.tokens[self.at].sort == sort and self.tokens[self.at].text in texts:
            return self.tokens[self.at].text
        return ""

    def _take(self, text: str) -> None:
        if not self._peek(text):
            raise Untold(self.tokens[self.at].text if self.at < len(self.tokens) else text)
        self.at += 1

    def _chain(self, operators: Mapping[str, str], inner: Callable[[], _Told]) -> _Told:
        made = inner()
        while found := self._peek(*operators):
            self.at += 1
            other = inner()
            for side in (made, other):
                if side.field is None and re.fullmatch(r"-?\d*\.\d+", side.text) and found not in ("and", "or"):
                    raise Untold(side.text)
            made = _Told(f"{_told(made)} {operators[found]} {_told(other)}", "made")
        return made

    def either(self) -> _Told:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Untold("(")
        made = self._chain({"or": "or"}, lambda: self._chain({"and": "and"}, self._equality))
        self.depth -= 1
        return _Told(made.text, "made", made.field) if made.sort == "made" else made

    def _equality(self) -> _Told:
        made = self._relation()
        while found := self._peek("=", "!=", "=="):
            self.at += 1
            made = _Told(_equal(made, self._relation(), is_same=found != "!="), "truth")
        return made

    def _relation(self) -> _Told:
        made = self._sum()
        while found := self._peek("<", ">", "<=", ">="):
            self.at += 1
            other = self._sum()
            sides = (made, other)
            if any(side.sort == "moment" for side in sides) or any(_is_moment(side) for side in sides):
                made = _Told(_earlier(made, other, found), "truth")
                continue
            left, right = (_number(side) for side in sides)
            made = _Told(f"{left} {found} {right}", "truth")
        return made

    def _sum(self) -> _Told:
        return self._chain({"+": "+", "-": "-"}, lambda: self._chain({"*": "*", "div": "/", "mod": "%"}, self._signed))

    def _signed(self) -> _Told:
        if self._peek("-"):
            self.at += 1
            return _Told(f"-{self._signed().text}", "number")
        return self._primary()

    def _primary(self) -> _Told:
        if self.at >= len(self.tokens):
            raise Untold("…")
        token = self.tokens[self.at]
        self.at += 1
        if token.sort == "number":
            return _Told(token.text if token.text[0] != "." else f"0{token.text}", "number")
        if token.sort == "string":
            return _Told(_quoted(token.text[1:-1]), "string")
        if token.sort == "field":
            return self._field(token.text[2:-1].strip().removeprefix("last-saved#"))
        if token.sort == "here":
            if self.here is None:
                raise Untold(".")
            return self._seen(self.here)
        if token.sort == "path":
            return self._field(token.text.rstrip("/").rpartition("/")[2])
        if token.text == "(":
            made = self.either()
            self._take(")")
            return _Told(f"({made.text})", made.sort)
        if token.sort == "name" and self._peek("("):
            return self._call(token.text)
        raise Untold(token.text)

    def _field(self, name: str) -> _Told:
        if name not in self.fields:
            raise Untold(name)
        return self._seen(self.fields[name])

    def _seen(self, field: Named) -> _Told:
        """Return a question as it is named here: by its key in its own rows, else by its path."""
        if field.repeat and field.repeat != self.repeat:
            return _Told(field.path, "column", field)
        return _Told(field.key if field.repeat else field.path, field.sort, field)

    def _arguments(self) -> list[_Told]:
        self._take("(")
        found: list[_Told] = []
        while not self._peek(")"):
            found.append(self.either())
            if not self._peek(")"):
                self._take(",")
        self._take(")")
        return found

    def _call(self, name: str) -> _Told:
        given = self._arguments()
        made = _CALLS.get((name, len(given)))
        if made is None and name == "concat" and given:
            return _Told(" ~ ".join(_told(one) for one in given), "made")
        if made is None:
            raise Untold(f"{name}()")
        return made(self, given)


_DEEPEST = 40


def _told(part: _Told) -> str:
    if part.sort == "column":
        raise Untold(part.text)
    return f"({part.text})" if part.sort == "made" and " " in part.text and not part.text.startswith("(") else part.text


def _quoted(text: str) -> str:
    if "\\" in text or "\n" in text or ("'" in text and '"' in text):
        raise Untold(text)
    return f'"{text}"' if "'" in text else f"'{text}'"


def _is_moment(part: _Told) -> bool:
    return part.field is not None and part.field.sort == "moment"


def _number(part: _Told) -> str:
    """Return a part that is compared by size: a text that is a figure counts as one."""
    if part.sort == "string" and re.fullmatch(r"'-?\d+(?:\.\d+)?'", part.text):
        return part.text[1:-1]
    if part.sort in ("choice", "text") and part.field is not None:
        return f"{part.text}|int"
    return _told(part)


def _earlier(one: _Told, other: _Told, sign: str) -> str:
    for side in (one, other):
        if not _is_moment(side):
            raise Untold(side.text)
    left, right = (one.text, other.text) if sign in ("<", ">=") else (other.text, one.text)
    return f"not before({left}, {right})" if sign in (">=", "<=") else f"before({left}, {right})"


def _equal(one: _Told, other: _Told, *, is_same: bool) -> str:
    if one.sort in ("string", "number") and other.field is not None:
        one, other = other, one
    if other.sort == "string" and other.text == "''" and one.field is not None:
        return f"{_told(one)} is {'not ' if is_same else ''}defined"
    text = _told(other)
    if one.field is not None and one.sort in ("choice", "text") and other.sort == "number":
        text = f"'{other.text}'"
    elif one.field is not None and one.sort == "number" and other.sort == "string":
        text = _number(other)
    elif one.field is not None and one.sort == "truth":
        return f"{_told(one)}" if is_same else f"not {_told(one)}"
    elif one.field is not None and one.sort == "choices":
        raise Untold(one.text)
    elif _is_moment(one) and not _is_moment(other):
        raise Untold(text)
    return f"{_told(one)} {'==' if is_same else '!='} {text}"


def _selected(_: _Parser, given: Sequence[_Told]) -> _Told:
    one, answer = given
    text = answer.text if answer.sort == "string" else _told(answer)
    if answer.sort == "number":
        text = f"'{answer.text}'"
    return _Told(f"{text} in {_told(one)}" if one.sort == "choices" else f"{_told(one)} == {text}", "truth")


def _chosen(_: _Parser, given: Sequence[_Told]) -> _Told:
    condition, one, other = given
    return _Told(f"({_told(one)} if {condition.text} else {_told(other)})", "made")


def _length(_: _Parser, given: Sequence[_Told]) -> _Told:
    return _Told(f"{_told(given[0])}|length", "number")


def _counted(_: _Parser, given: Sequence[_Told]) -> _Told:
    field = given[0].field
    if field is None or (given[0].sort != "rows" and given[0].sort != "column"):
        raise Untold("count()")
    return _Told(f"{field.repeat if given[0].sort == 'column' else field.path}|length", "number")


def _over_column(function: str) -> Callable[[_Parser, Sequence[_Told]], _Told]:
    def made(_: _Parser, given: Sequence[_Told]) -> _Told:
        field = given[0].field
        if field is None or given[0].sort != "column":
            raise Untold(f"{function}()")
        if function == "sum":
            return _Told(f"total({field.repeat}, '{field.key}')", "number")
        return _Told(f"(column({field.repeat}, '{field.key}')|{function})", "number")

    return made


def _filtered(text: str, sort: str) -> Callable[[_Parser, Sequence[_Told]], _Told]:
    def made(_: _Parser, given: Sequence[_Told]) -> _Told:
        return _Told(text.format(*map(_told, given)), sort)

    return made


def _position(parser: _Parser, given: Sequence[_Told]) -> _Told:
    if not parser.repeat:
        raise Untold("position()")
    return _Told("row_number", "number")


def _coalesce(_: _Parser, given: Sequence[_Told]) -> _Told:
    one, other = given
    if one.field is None:
        raise Untold("coalesce()")
    return _Told(f"({one.text} if {one.text} is defined else {_told(other)})", "made")


def _not(_: _Parser, given: Sequence[_Told]) -> _Told:
    text = given[0].text
    return _Told(f"not ({text})" if " " in text else f"not {text}", "truth")


_CALLS: Mapping[tuple[str, int], Callable[[_Parser, Sequence[_Told]], _Told]] = {
    ("selected", 2): _selected,
    ("if", 3): _chosen,
    ("not", 1): _not,
    ("true", 0): lambda _, given: _Told("true", "truth"),
    ("false", 0): lambda _, given: _Told("false", "truth"),
    ("string-length", 1): _length,
    ("count-selected", 1): _length,
    ("count", 1): _counted,
    ("sum", 1): _over_column("sum"),
    ("min", 1): _over_column("min"),
    ("max", 1): _over_column("max"),
    ("coalesce", 2): _coalesce,
    ("position", 1): _position,
    ("int", 1): _filtered("{0}|int", "number"),
    ("number", 1): lambda _, given: _Told(_number(given[0]), "number", given[0].field),
    ("string", 1): _filtered("{0}|string", "made"),
    ("abs", 1): _filtered("{0}|abs", "number"),
    ("round", 1): _filtered("rounded({0}, 0)", "number"),
    ("round", 2): _filtered("rounded({0}, {1})", "number"),
    ("contains", 2): _filtered("{1} in {0}", "truth"),
    ("starts-with", 2): _filtered("{0}.startswith({1})", "truth"),
    ("boolean", 1): lambda _, given: given[0],
    ("once", 1): lambda _, given: given[0],
}
