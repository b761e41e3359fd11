"""The organisation whose paper it is: a value, so that two of them may stand side by side in one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from generator import strict_json
from generator.errors import SchemaError
from generator.paper import Page
from generator.units import Mm
from generator.wording import Lang, choose, phrase

FormNumbers = Literal["internal", "all", "none"]
"""Which paper bears the number and version of its form: what isn't a letter, any, none."""

SEAL_WIDTH = Mm(38.0)
"""Millimetres that a seal is wide where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture that an organisation goes by, a logo or a seal, looked through when it was loaded; of its size only the
    proportion counts.
    """

    content: bytes = field(repr=False)
    format: Literal["png", "svg"]
    width: float
    height: float

    def within(self, wide: float, high: float) -> tuple[Mm, Mm]:
        """Return the size at which it fits a room, as large as may be."""
        share = min(wide / self.width, high / self.height)
        return Mm(self.width * share), Mm(self.height * share)


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation: `names` are pairs of language and the name that stands in the head of every page.

    How it is reached stands at the head of its letters: `addresses` are pairs of language and postal address, the rest
    is as good in every language. `logo` stands beside the name, `seal`, `seal_width` millimetres wide, where filled
    letters are sealed. `footers` stand at the foot of every page; `confidentiality` takes the place of what is said
    there of paper that stays in the office. `paper`: the usual size of paper, where it isn't A4. `form_numbers`: which
    paper bears its form's own number and version; letters, which go to customers, by default don't.
    Raises SchemaError (E-schema-text) for a text that no document can hold.
    """

    names: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    logo: Mark | None = None
    seal: Mark | None = None
    seal_width: Mm = SEAL_WIDTH
    footers: tuple[tuple[str, str], ...] = ()
    confidentiality: tuple[tuple[str, str], ...] = ()
    paper: str = ""
    form_numbers: FormNumbers = "internal"

    def __post_init__(self) -> None:
        several = {"names": dict(self.names), "addresses": dict(self.addresses)}
        several |= {"footers": dict(self.footers), "confidentiality": dict(self.confidentiality)}
        single = {"phone": self.phone, "email": self.email, "website": self.website}
        faults = strict_json.text_faults({**several, **single}, "profile")
        if faults:
            raise SchemaError(faults)

    @classmethod
    def of(
        cls,
        names: Mapping[str, str],
        addresses: Mapping[str, str] | None = None,
        *,
        phone: str = "",
        email: str = "",
        website: str = "",
    ) -> "Profile":
        """Return the profile of an organisation that goes by these names, one a language; zh-Hans must be there.

        So it must among `addresses`, where there are any.
        """
        return cls(_pairs(names), _pairs(addresses or {}), phone, email, website)

    def name(self, lang: Lang) -> str:
        """Return the organisation's name in a language."""
        return choose(dict(self.names), lang)

    def address(self, lang: Lang) -> str:
        """Return the organisation's address in a language; nothing where none is known."""
        return choose(dict(self.addresses), lang) if self.addresses else ""

    def footer(self, lang: Lang) -> str:
        """Return what stands at the foot of every page in a language; nothing where nothing does."""
        return choose(dict(self.footers), lang) if self.footers else ""

    def confidential(self, lang: Lang) -> str:
        """Return what is said of paper that stays in the office; nothing where that is as usual."""
        return choose(dict(self.confidentiality), lang) if self.confidentiality else ""

    def page(self, page: Page) -> Page:
        """Return a form's page on the organisation's paper."""
        return page.on(self.paper) if self.paper else page


def _pairs(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(texts.items()))


_WRITTEN: tuple[Lang, ...] = ("zh-Hans", "en")
"""Languages that names are written in; traditional Chinese is made when it is asked for, which takes its time."""


@cache
def shipped_profile() -> Profile:
    """Return the profile of those who have none of their own."""
    return Profile.of({lang: phrase("office", lang) for lang in _WRITTEN})
