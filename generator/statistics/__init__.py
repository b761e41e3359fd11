"""Statistics of a month computed from records: summaries of issues, reports on surveys and other records.

>>> from generator.statistics import monthly
>>> summary = monthly("2024-05", "issues.csv")  # doctest: +SKIP
>>> records = list(summary.records)  # doctest: +SKIP
"""

from generator.statistics.monthly import By, Summary, monthly, of_groups
from generator.statistics.period import periods_of
from generator.statistics.records import record_figures
from generator.statistics.surveys import satisfaction

__all__ = ["By", "Summary", "monthly", "of_groups", "periods_of", "record_figures", "satisfaction"]
