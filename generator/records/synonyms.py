"""How near the names of columns are to titles of fields, by what they say."""

from generator.catalogue.synonyms import best, similarity

__all__ = ["best", "similarity"]
