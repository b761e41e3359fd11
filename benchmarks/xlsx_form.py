"""One filled report as XLSX, from the raw record to bytes, against openpyxl and XlsxWriter by hand."""

from benchmarks.measure import Contender, Options, Run, comparison, race, ratio_line
from benchmarks.peers.sheets import Sheet, openpyxl_form, openpyxl_styles, read_sheet, xlsxwriter_form
from benchmarks.subject import documents, report

WANTED = 10.0
POOL = 40


def ours() -> Run:
    """Validate, derive, compose and write: a record goes in as JSON has it."""
    from generator.api import make_job, to_bytes

    job, records = make_job(report().form), report().records()

    def run(n: int) -> int:
        source = job.source(records[n % len(records)])
        return sum(len(to_bytes(made.document, "xlsx")) for made in job.documents(source))

    return run


def with_openpyxl(sheets: list[Sheet]) -> Run:
    """Build the workbook cell by cell; values and the parts of styles are given ready."""
    styles = [openpyxl_styles(sheet) for sheet in sheets]

    def run(n: int) -> int:
        k = n % len(sheets)
        return len(openpyxl_form(sheets[k], styles[k]))

    return run


def with_xlsxwriter(sheets: list[Sheet]) -> Run:
    """Build the workbook cell by cell; values are given ready."""
    import xlsxwriter  # noqa: F401  # tells at once where it isn't installed

    return lambda n: len(xlsxwriter_form(sheets[n % len(sheets)]))


def main(options: Options) -> None:
    """Print the comparison."""
    from generator.api import to_bytes

    sheets = [read_sheet(to_bytes(document, "xlsx")) for document in documents(report(), POOL)]
    contenders = [
        Contender("biaodan, validation included", ours),
        Contender("openpyxl by hand", with_openpyxl, (sheets,)),
        Contender("XlsxWriter by hand", with_xlsxwriter, (sheets,)),
    ]
    results = race(contenders, options.rounds)
    print("One filled report as XLSX: the same cells, merges, styles, names, lists and print set-up.\n")
    print(comparison(results) + "\n")
    print(ratio_line("XLSX form to openpyxl", results[0], results[1], WANTED))
