"""Peak memory of a register streamed from CSV to XLSX, validated row by row, each size in a process of its own."""

from benchmarks.measure import Contender, Options, count_shown, limit_line, markdown, once, shown
from benchmarks.xlsx_table import ours_from_csv

WANTED = 150.0
FLAT = 1.25
SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (1_000, 5_000)


def main(options: Options) -> None:
    """Print memory and time by number of rows."""
    sizes = QUICK_SIZES if options.quick else SIZES
    results = [once(Contender(f"{count_shown(size)} rows", ours_from_csv, (size,))) for size in sizes]
    print("A register from CSV to XLSX, every row validated and derived.\n")
    rows = [
        [r.name, f"{r.memory:.0f}", shown(r.median), count_shown(size / r.median), count_shown(r.size)]
        for r, size in zip(results, sizes, strict=True)
    ]
    print(markdown(["rows", "peak MiB", "time", "rows a second", "bytes"], rows) + "\n")
    least, most = min(r.memory for r in results), max(r.memory for r in results)
    print(limit_line("memory of the largest over the smallest", most / least, FLAT, "times"))
    print(limit_line("peak memory of XLSX tables", most, WANTED, "MiB"))
