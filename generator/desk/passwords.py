"""Names and passwords of a desk's users: which are taken, and how a password is kept."""

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from generator.errors import UsageError, fail

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""

LONGEST_NAME = 40


def user_name(given: str) -> str:
    """Return a name as it is kept.

    Raises UsageError (E-user-name) for what is no name: nothing, more than 40 characters, or what doesn't print.
    """
    name = " ".join(unicodedata.normalize("NFKC", given).split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise fail(UsageError, "E-user-name", limit=LONGEST_NAME)
    return name


def kept(password: str, name: str) -> str:
    """Return what is kept of a user's new password: its Argon2 hash.

    Raises UsageError (E-password) for one that is too short or too long, holds the user's name, or has fewer than five
    characters that differ.
    """
    plain = unicodedata.normalize("NFKC", password)
    is_plain = len(set(plain)) < 5 or name.casefold() in plain.casefold()
    if not SHORTEST <= len(plain) <= LONGEST or is_plain:
        raise fail(UsageError, "E-password", least=SHORTEST)
    return hasher().hash(plain)


def fits(password: str, hashed: str | None) -> bool:
    """Tell whether a password is the one that was kept; takes as long where there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        hasher().verify(hashed or nobody_s(), unicodedata.normalize("NFKC", password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@cache
def nobody_s() -> str:
    """Return the hash of a password that nobody knows."""
    return hasher().hash(secrets.token_hex(16))


@cache
def hasher() -> "PasswordHasher":
    """Return what makes hashes: Argon2id with 64 MB, as RFC 9106 has it for machines of little memory."""
    from argon2 import PasswordHasher

    return PasswordHasher()
