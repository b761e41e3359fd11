"""Ways to reach somebody: texts that are links where paper is read on a screen. What is masked leads nowhere."""

import re
from typing import ClassVar
from urllib.parse import quote

from generator.kinds.base import PlainText

_EMAIL = re.compile(r"[^\s@<>\"'()]+@[^\s@<>\"'()]+\.[^\s@<>\"'()*]+")
_URI = re.compile(r"https?://[^\s<>\"'*]+", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9\s()-]{4,20}[0-9]")


class Email(PlainText):
    """An e-mail address."""

    name = "email"
    titles: ClassVar = {"zh-Hans": "电子邮箱", "en": "e-mail address"}
    formats = ("email", "idn-email")
    is_free_text = True
    is_link = True

    def link(self, value: object) -> str:
        whole = isinstance(value, str) and _EMAIL.fullmatch(value) and "*" not in value
        return f"mailto:{quote(str(value), safe='@+._-')}" if whole else ""


class Uri(PlainText):
    """An address on the web."""

    name = "uri"
    titles: ClassVar = {"zh-Hans": "网址", "en": "web address"}
    formats = ("uri", "url", "iri")
    is_free_text = True
    is_link = True

    def link(self, value: object) -> str:
        whole = isinstance(value, str) and _URI.fullmatch(value)
        return quote(str(value), safe=":/?#[]@!$&'()+,;=%~._-") if whole else ""


class Phone(PlainText):
    """A telephone number."""

    name = "phone"
    titles: ClassVar = {"zh-Hans": "电话号码", "en": "telephone number"}
    formats = ("phone",)
    is_free_text = True
    is_link = True

    def link(self, value: object) -> str:
        whole = isinstance(value, str) and _PHONE.fullmatch(value)
        return "tel:" + re.sub(r"[\s()-]", "", str(value)) if whole else ""
