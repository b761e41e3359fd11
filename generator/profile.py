"""The organisation whose paper it is: a value, so that two of them may stand side by side in one process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from generator import strict_json
from generator.errors import SchemaError
from generator.wording import Lang, choose, phrase


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation: `names` are pairs of language and the name that stands in the head of every page.

    How it is reached stands at the head of its letters: `addresses` are pairs of language and postal address, the rest
    is as good in every language. Raises SchemaError (E-schema-text) for a text that no document can hold.
    """

    names: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""

    def __post_init__(self) -> None:
        several = {"names": dict(self.names), "addresses": dict(self.addresses)}
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


def _pairs(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(texts.items()))


_WRITTEN: tuple[Lang, ...] = ("zh-Hans", "en")
"""Languages that names are written in; traditional Chinese is made when it is asked for, which takes its time."""


@cache
def shipped_profile() -> Profile:
    """Return the profile of those who have none of their own."""
    return Profile.of({lang: phrase("office", lang) for lang in _WRITTEN})
