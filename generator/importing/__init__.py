"""Forms drafted from what a desk has: lists, Word forms, form definitions of other systems, tables of databases."""

from generator.importing.draft import Draft, Imported

__all__ = ["Draft", "Imported"]
