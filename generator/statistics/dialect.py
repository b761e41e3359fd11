"""What differs between the databases that compute figures; all other SQL is one text for all of them."""

from collections.abc import Sequence

from generator.statistics.columns import NOT_GIVEN

WHITESPACE = " \t\n\r\u00a0\u3000"
"""What may stand around a text."""


def quoted(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Sequence[str]) -> str:
    """Return texts as a list of constants."""
    return ", ".join(map(literal, texts))


EMPTY = listed(NOT_GIVEN)


class Dialect:
    """Standard SQL as PostgreSQL understands it."""

    numbers_rows = False
    """Whether rows of a source have an order of their own."""

    def trimmed(self, text: str) -> str:
        """Return a text without what stands around it."""
        return f"btrim({text}, {literal(WHITESPACE)})"

    def minutes(self, start: str, end: str) -> str:
        """Return the whole minutes between two moments."""
        return f"CAST(floor(extract(epoch FROM ({end} - {start})) / 60) AS bigint)"

    def moment(self, text: str, zone: str) -> str:
        """Return the local moment that a text in ISO 8601 says, NULL for any other text."""
        shape = r"^[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
        day = self._has_day(text)
        naive = f"WHEN {text} ~ '{shape}$' AND {day} THEN CAST({text} AS timestamp)"
        offset = f"'{shape}(Z|[+-](0[0-9]|1[0-4])(:[0-5][0-9])?)$'"
        return f"CASE {naive} WHEN {text} ~ {offset} AND {day} THEN timezone({zone}, CAST({text} AS timestamptz)) END"

    def day(self, text: str) -> str:
        """Return the day that a text in ISO 8601 says, NULL for any other text."""
        shape = f"{text} ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-3][0-9]$'"
        return f"CASE WHEN {shape} AND {self._has_day(text)} THEN CAST({text} AS date) END"

    def _has_day(self, text: str) -> str:
        """Return whether the month has the day; only asked once the text has the shape of a date."""
        first = f"CAST(substr({text}, 1, 7) || '-01' AS date)"
        last = f"extract(day FROM {first} + interval '1 month' - interval '1 day')"
        is_shaped = f"{text} ~ '^[1-9][0-9]{{3}}-(0[1-9]|1[0-2])-[0-3][0-9]'"
        return f"(CASE WHEN {is_shaped} THEN CAST(substr({text}, 9, 2) AS integer) BETWEEN 1 AND {last} END)"

    def key(self, text: str) -> str:
        """Return a short value that is the same where a text is, and NULL where it is NULL."""
        return text


class DuckDb(Dialect):
    """DuckDB: faster ways to the same values."""

    numbers_rows = True

    def trimmed(self, text: str) -> str:
        ends = " OR ".join(f"suffix({text}, {literal(c)})" for c in WHITESPACE[:4])
        within = " OR ".join(f"contains({text}, {literal(c)})" for c in WHITESPACE[4:])
        around = f"{text} < '!' OR {ends} OR {within}"
        return f"CASE WHEN {around} THEN trim({text}, {literal(WHITESPACE)}) ELSE {text} END"

    def minutes(self, start: str, end: str) -> str:
        return f"((epoch_us({end}) - epoch_us({start})) // 60000000)"

    def moment(self, text: str, zone: str) -> str:
        plain = (
            f"length({text}) IN (16, 19) AND {text}[14] = ':'"
            f" OR length({text}) < 16 AND {text}[5] = '/' AND {text}[-3] = ':'"
        )
        offset = f"length({text}) IN (17, 20) AND {text}[-1] = 'Z' OR length({text}) IN (22, 25)"
        moved = f"timezone({zone}, try_cast({text} AS timestamptz))"
        return f"CASE WHEN {plain} THEN try_cast({text} AS timestamp) WHEN {offset} THEN {moved} END"

    def day(self, text: str) -> str:
        return f"CASE WHEN length({text}) = 10 AND {text}[5] = '-' THEN try_cast({text} AS date) END"

    def key(self, text: str) -> str:
        return f"CASE WHEN {text} IS NOT NULL THEN hash({text}) END"
