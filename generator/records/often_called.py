"""What columns are often called that share no word with a field's title: 来电时间 for 反馈时间, Fix for Solution."""

from collections.abc import Collection

from generator.catalogue.synonyms import generic_words, groups_of, is_bare, plain


def is_called(name: str, titles: Collection[str]) -> bool:
    """Tell whether a column may be called by a name that stands for one of the titles."""
    return any(
        plain(name) in group and any(plain(title) in group for title in titles) for group in groups_of("columns")
    )


def whole_names(above: str, last: str) -> list[str]:
    """Return what a column is called together with what stands above it, where it says too little by itself.

    客户信息 above 姓名 is 客户姓名, 受理 above 时间 is 受理时间.
    """
    if not above or not is_bare("columns", last):
        return []
    ending = next((word for word in generic_words("columns") if above.lower().endswith(word)), "")
    whose = above[: len(above) - len(ending)].strip()
    return [f"{whose} {last}" if whose.isascii() else whose + last] if whose else []
