"""What columns are often called that share no word with a field's title: 来电时间 for 反馈时间, Fix for Solution."""

from collections.abc import Collection

from generator.catalogue.synonyms import groups_of, plain


def is_called(name: str, titles: Collection[str]) -> bool:
    """Tell whether a column may be called by a name that stands for one of the titles."""
    return any(
        plain(name) in group and any(plain(title) in group for title in titles) for group in groups_of("columns")
    )
