"""Pictures as evidence: so far a place for one, which a file's name may stand in."""

from typing import ClassVar

from generator.kinds.base import PlainText


class PictureFile(PlainText):
    """A picture by its file's name; the paper leaves room to paste one in."""

    name = "picture"
    titles: ClassVar = {"zh-Hans": "图片", "en": "picture"}
    control = "picture"
    controls = ("picture",)
    span, lines, share = 12, 5, 20.0
    is_free_text = True
