"""What differs between the databases that compute statistics; all other SQL is one text for all of them."""

from collections.abc import Mapping

from generator.statistics.sql import Sql, join, literal, sql

WHITESPACE = " \t\n\r\u00a0\u3000"
"""What may stand around a text."""

DATE = "(19[89][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_AHEAD, _OFFSET = "[+](0[0-9]|1[0-4]):[0-5][0-9]", "[+-](0[0-9]|1[0-4]):[0-5][0-9]"
DAY = f"^{DATE}$"
LOCAL = f"^{DATE}[T ]{_CLOCK}$"
OFFSET = f"^{DATE}( {_CLOCK}(Z|{_AHEAD})|T{_CLOCK}(Z|{_OFFSET}))$"
"""What a database reads of times: the plainest ISO 8601 of years whose offsets are of whole minutes; it reads them as
`kinds.written_times` does. All other writings are left to that. Every dialect has these patterns."""


class Dialect:
    """Standard SQL as PostgreSQL understands it."""

    types: Mapping[str, str] = {"number": "numeric"}
    """What the database calls types of ours that have other names in some: numbers that are exact."""

    numbers_rows = False
    """Whether rows of a source have an order of their own."""

    def trimmed(self, text: Sql) -> Sql:
        """Return a text without what stands around it."""
        return sql("btrim({text}, {whitespace})", text=text, whitespace=literal(WHITESPACE))

    def minutes(self, start: Sql, end: Sql) -> Sql:
        """Return the whole minutes between two moments."""
        return sql("CAST(floor(extract(epoch FROM ({end} - {start})) / 60) AS bigint)", start=start, end=end)

    def moment(self, text: Sql, zone: Sql) -> Sql:
        """Return the local moment that a text in ISO 8601 says, NULL for any other text."""
        return sql(
            "CASE WHEN {text} ~ {local}{day} THEN {plain}"
            " WHEN {text} ~ {offset}{day} THEN timezone({zone}, {moved}) END",
            text=text,
            local=literal(LOCAL),
            offset=literal(OFFSET),
            day=self.has_day(text),
            plain=self.cast(text, sql("timestamp")),
            moved=self.cast(text, sql("timestamptz")),
            zone=zone,
        )

    def day(self, text: Sql) -> Sql:
        """Return the day that a text in ISO 8601 says, NULL for any other text."""
        return sql(
            "CASE WHEN {text} ~ {shape}{day} THEN {plain} END",
            text=text,
            shape=literal(DAY),
            day=self.has_day(text),
            plain=self.cast(text, sql("date")),
        )

    def cast(self, text: Sql, kind: Sql) -> Sql:
        """Return a text of a day that there is as a value of a kind."""
        return sql("CAST({text} AS {kind})", text=text, kind=kind)

    def has_day(self, text: Sql) -> Sql:
        """Return that the month has the day, behind a condition that the text has the shape of a date."""
        first = sql("CAST(substr({text}, 1, 7) || '-01' AS date)", text=text)
        last = sql("extract(day FROM {first} + interval '1 month' - interval '1 day')", first=first)
        return sql(
            " AND (CASE WHEN {text} ~ {shape} THEN CAST(substr({text}, 9, 2) AS integer) <= {last} END)",
            text=text,
            shape=literal(f"^{DATE}"),
            last=last,
        )

    def key(self, text: Sql) -> Sql:
        """Return a short value that is the same where a text is, and NULL where it is NULL."""
        return text


class DuckDb(Dialect):
    """DuckDB: faster ways to the same values."""

    types: Mapping[str, str] = {"number": "DECIMAL(38, 12)"}
    numbers_rows = True

    def trimmed(self, text: Sql) -> Sql:
        return sql(
            "CASE WHEN {text} < '!' OR {ends} OR {within} THEN trim({text}, {whitespace}) ELSE {text} END",
            text=text,
            ends=join(" OR ", (sql("suffix({text}, {c})", text=text, c=literal(c)) for c in WHITESPACE[:4])),
            within=join(" OR ", (sql("contains({text}, {c})", text=text, c=literal(c)) for c in WHITESPACE[4:])),
            whitespace=literal(WHITESPACE),
        )

    def minutes(self, start: Sql, end: Sql) -> Sql:
        return sql("((epoch_us({end}) - epoch_us({start})) // 60000000)", start=start, end=end)

    def cast(self, text: Sql, kind: Sql) -> Sql:
        return sql("try_cast({text} AS {kind})", text=text, kind=kind)

    def has_day(self, text: Sql) -> Sql:
        """Return nothing: a day that there isn't makes no value."""
        return sql("")

    def key(self, text: Sql) -> Sql:
        return sql("CASE WHEN {text} IS NOT NULL THEN hash({text}) END", text=text)
