"""A form adapted in a workbook: its fields, choices and words as rows to be changed, read back as a file of changes."""
