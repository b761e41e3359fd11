"""What we claim, measured beside the peers it names: `python -m benchmarks NAME`."""

NAMES = (
    "start",
    "rules",
    "docx",
    "own_template",
    "own_pdf",
    "xlsx_form",
    "xlsx_table",
    "xlsx_memory",
    "pdf",
    "scale",
    "batch",
    "summary",
    "visits",
    "lists",
    "before",
    "sheets_random",
    "round_trip",
    "filling",
    "desk",
)
"""The benchmarks, in the order in which they stand in the documentation."""
