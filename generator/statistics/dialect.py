"""What differs between the databases that compute statistics; all other SQL is one text for all of them."""

from generator.statistics.sql import Sql, join, literal, sql

WHITESPACE = " \t\n\r\u00a0\u3000"
"""What may stand around a text."""

_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]"
_LATER_DATE = "[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-3][0-9]"
_CLOCK = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_OFFSET = "(Z|[+-](0[0-9]|1[0-4])(:[0-5][0-9])?)"


class Dialect:
    """Standard SQL as PostgreSQL understands it."""

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
            "CASE WHEN {text} ~ {local} AND {day} THEN CAST({text} AS timestamp)"
            " WHEN {text} ~ {offset} AND {day} THEN timezone({zone}, CAST({text} AS timestamptz)) END",
            text=text,
            local=literal(f"^{_DATE}{_CLOCK}$"),
            offset=literal(f"^{_DATE}{_CLOCK}{_OFFSET}$"),
            day=self._has_day(text),
            zone=zone,
        )

    def day(self, text: Sql) -> Sql:
        """Return the day that a text in ISO 8601 says, NULL for any other text."""
        return sql(
            "CASE WHEN {text} ~ {shape} AND {day} THEN CAST({text} AS date) END",
            text=text,
            shape=literal(f"^{_DATE}$"),
            day=self._has_day(text),
        )

    def _has_day(self, text: Sql) -> Sql:
        """Return whether the month has the day; only asked once the text has the shape of a date."""
        first = sql("CAST(substr({text}, 1, 7) || '-01' AS date)", text=text)
        last = sql("extract(day FROM {first} + interval '1 month' - interval '1 day')", first=first)
        return sql(
            "(CASE WHEN {text} ~ {shape} THEN CAST(substr({text}, 9, 2) AS integer) BETWEEN 1 AND {last} END)",
            text=text,
            shape=literal(f"^{_LATER_DATE}"),
            last=last,
        )

    def key(self, text: Sql) -> Sql:
        """Return a short value that is the same where a text is, and NULL where it is NULL."""
        return text


class DuckDb(Dialect):
    """DuckDB: faster ways to the same values."""

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

    def moment(self, text: Sql, zone: Sql) -> Sql:
        return sql(
            "CASE WHEN length({text}) IN (16, 19) AND {text}[14] = ':'"
            " OR length({text}) < 16 AND {text}[5] = '/' AND {text}[-3] = ':' THEN try_cast({text} AS timestamp)"
            " WHEN length({text}) IN (17, 20) AND {text}[-1] = 'Z' OR length({text}) IN (22, 25)"
            " THEN timezone({zone}, try_cast({text} AS timestamptz)) END",
            text=text,
            zone=zone,
        )

    def day(self, text: Sql) -> Sql:
        return sql("CASE WHEN length({text}) = 10 AND {text}[5] = '-' THEN try_cast({text} AS date) END", text=text)

    def key(self, text: Sql) -> Sql:
        return sql("CASE WHEN {text} IS NOT NULL THEN hash({text}) END", text=text)
