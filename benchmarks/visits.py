"""A month's figures of a million return visits: the whole command, in a process of its own, its memory beside that of
a tenth as many.
"""

import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Contender, Options, Result, Run, count_shown, limit_line, markdown, once, shown
from benchmarks.subject import visits_form

WANTED_SECONDS, WANTED_MEMORY = 20.0, 1536.0
ROWS, QUICK_ROWS = 1_000_000, 10_000
MONTH = "2024-05"
FORMATS = ("jsonl", "csv")

_VISITS = """
    SELECT 'WT' || strftime(closed, '%Y%m%d') || '-' || printf('%07d', n) AS issue_no,
        list_value('澜州', '云浦', '江澄')[1 + n % 3] || '第' || (n % 9973)::VARCHAR || '商贸有限公司' AS customer_name,
        strftime(closed, '%Y-%m-%dT%H:%M:%S+08:00') AS closed_at,
        '李娜' AS visitor,
        strftime(closed + to_minutes(60 + (hash(n) % 8640)::INTEGER), '%Y-%m-%dT%H:%M:%S+08:00') AS visited_at,
        list_value('phone', 'visit', 'online')[1 + n % 3] AS visit_method,
        hash(n + 1) % 10 > 0 AS resolved,
        (1 + hash(n + 2) % 5)::INTEGER AS service_score,
        '请改进' AS customer_suggestion,
        '再处理' AS follow_up
    FROM (
        SELECT n, date_trunc('minute', TIMESTAMP '2023-06-01' + to_seconds((n * 31536000.0 / $rows)::BIGINT)) AS closed
        FROM range($rows) AS numbers(n)
    )
"""
_NESTED = """
    SELECT {'issue_no': issue_no, 'customer_name': customer_name, 'closed_at': closed_at} AS basic,
        {'visitor': visitor, 'visited_at': visited_at, 'visit_method': visit_method} AS visit,
        {'resolved': resolved, 'service_score': service_score, 'customer_suggestion': customer_suggestion,
         'follow_up': follow_up} AS outcome
    FROM (%s)
"""


def make_source(path: Path, rows: int) -> None:
    """Write so many return visits of a year; nested as records are, or as a list has them."""
    import duckdb

    flat = _VISITS.replace("$rows", str(rows))
    query = _NESTED % flat if path.suffix == ".jsonl" else flat
    with duckdb.connect() as base:
        base.execute("SET enable_progress_bar = false")
        base.execute(f"COPY ({query}) TO '{path}' ({'FORMAT json' if path.suffix == '.jsonl' else 'HEADER'})")


def summarised(source: Path) -> Run:
    """Compute and write the report by the command; return the bytes of the source."""
    made = source.with_suffix(".docx")

    def run(n: int) -> int:
        words = ["summary", MONTH, str(source), "--form", visits_form(), "-o", str(made), "--force"]
        subprocess.run([sys.executable, "-m", "generator", *words], stdout=subprocess.DEVNULL, check=True)
        return source.stat().st_size

    return run


def _measured(folder: Path, format: str, rows: int) -> Result:
    source = folder / f"visits-{rows}.{format}"
    # in a process of its own: the memory of those that start a process counts as that of the process
    maker = multiprocessing.get_context("spawn").Process(target=make_source, args=(source, rows))
    maker.start()
    maker.join()
    if maker.exitcode:
        return Result(format, absent="the source couldn't be made")
    return once(Contender(f"{format}, {count_shown(rows)}", summarised, (source,), children=True))


def main(options: Options) -> None:
    """Print time and memory by format and size of the source."""
    rows = QUICK_ROWS if options.quick else ROWS
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        results = [_measured(Path(folder), format, n) for format in FORMATS for n in (rows // 10, rows)]
    print("A month's figures of return visits, with a trend of a year, as DOCX; in time is computed from the policy.\n")
    print(markdown(["source", "time", "peak MiB", "bytes"], list(map(_line, results))) + "\n")
    for result in results[1::2]:
        if result.times:
            print(limit_line(f"return visits from {result.name}", result.median, WANTED_SECONDS))
            print(limit_line(f"peak memory of return visits from {result.name}", result.memory, WANTED_MEMORY, "MiB"))


def _line(result: Result) -> list[str]:
    if not result.times:
        return [f"{result.name}: {result.absent}", *["–"] * 3]
    return [result.name, shown(result.median), f"{result.memory:.0f}", count_shown(result.size)]
