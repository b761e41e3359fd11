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

    Raises SchemaError (E-schema-text) for a name that no document can hold.
    """

    names: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        faults = strict_json.text_faults({"names": dict(self.names)}, "profile")
        if faults:
            raise SchemaError(faults)

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Profile":
        """Return the profile of an organisation that goes by these names, one a language; zh-Hans must be there."""
        return cls(tuple(sorted(names.items())))

    def name(self, lang: Lang) -> str:
        """Return the organisation's name in a language."""
        return choose(dict(self.names), lang)


_WRITTEN: tuple[Lang, ...] = ("zh-Hans", "en")
"""Languages that names are written in; traditional Chinese is made when it is asked for, which takes its time."""


@cache
def shipped_profile() -> Profile:
    """Return the profile of those who have none of their own."""
    return Profile.of({lang: phrase("office", lang) for lang in _WRITTEN})
