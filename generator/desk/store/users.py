"""Users of a desk, their sessions, and logins that failed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from generator.desk.store import Store
from generator.desk.store import tables as t
from generator.errors import UsageError, fail

ROLES = ("reader", "writer", "admin")
"""A reader sees and takes, a writer fills in, an admin looks after users, the log and backups; each may what those
before it may."""

SESSION = timedelta(hours=12)
"""How long a session lasts."""

FREE_TRIES = 5
LONGEST_WAIT = 300
"""Seconds to wait after many logins that failed; after the first few, each doubles what it was before."""

FORGOTTEN = timedelta(days=1)
"""How long failed logins are remembered."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of a desk; one that is off can't log in."""

    id: int
    name: str
    role: str
    is_off: bool = False
    created_at: str = ""


def moment() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


_COLUMNS = (t.users.c.id, t.users.c.name, t.users.c.role, t.users.c.is_off, t.users.c.created_at)


# --- users ---


def has_users(store: Store) -> bool:
    """Tell whether a desk has users, be they on or off."""
    with store.reading() as connection:
        return connection.execute(sa.select(t.users.c.id).limit(1)).first() is not None


def listed(store: Store) -> list[User]:
    """Return all users by name."""
    with store.reading() as connection:
        return [User(*row) for row in connection.execute(sa.select(*_COLUMNS).order_by(t.users.c.name))]


def add(store: Store, name: str, role: str, password: str) -> None:
    """Put in a new user; `password`: as it is kept.

    Raises UsageError: E-user-there for a name that is there, in whatever case; E-user-admin where nobody would be
    admin.
    """
    with store.writing() as connection:
        there = connection.execute(sa.select(t.users.c.name)).scalars()
        if name.casefold() in {one.casefold() for one in there}:
            raise fail(UsageError, "E-user-there")
        connection.execute(
            t.users.insert().values(
                name=name, role=role, password=password, is_off=False, created_at=_written(moment())
            )
        )
        _hold_admin(connection)


def change(
    store: Store, name: str, *, role: str | None = None, is_off: bool | None = None, password: str | None = None
) -> None:
    """Change what is given of a user; whoever is off, or has a new password or role, is logged out.

    Raises UsageError: E-user-none where there is no such user, E-user-admin where nobody would be admin.
    """
    given = {"role": role, "is_off": is_off, "password": password}
    with store.writing() as connection:
        number = connection.execute(sa.select(t.users.c.id).where(t.users.c.name == name)).scalar()
        if number is None:
            raise fail(UsageError, "E-user-none")
        changed = {key: value for key, value in given.items() if value is not None}
        if changed:
            connection.execute(t.users.update().where(t.users.c.id == number).values(**changed))
            connection.execute(t.sessions.delete().where(t.sessions.c.user_id == number))
        _hold_admin(connection)


def _hold_admin(connection: Connection) -> None:
    admins = sa.select(t.users.c.id).where(t.users.c.role == "admin", t.users.c.is_off.is_(False)).with_for_update()
    if not connection.execute(admins).all():
        raise fail(UsageError, "E-user-admin")


def known(store: Store, name: str) -> tuple[User, str] | None:
    """Return the user of a name that is on, and what is kept of the password; None where there is none."""
    query = sa.select(*_COLUMNS, t.users.c.password).where(t.users.c.name == name, t.users.c.is_off.is_(False))
    with store.reading() as connection:
        row = connection.execute(query).first()
    return (User(*row[:-1]), str(row[-1])) if row else None


# --- sessions ---


def begin_session(store: Store, user: User, session: str) -> None:
    """Begin a session of a user; those that have expired are forgotten."""
    now = moment()
    with store.writing() as connection:
        connection.execute(t.sessions.delete().where(t.sessions.c.expires_at <= _written(now)))
        connection.execute(
            t.sessions.insert().values(token=_sum(session), user_id=user.id, expires_at=_written(now + SESSION))
        )


def user_of(store: Store, session: str) -> User | None:
    """Return the user of a session; None where it has expired, isn't there, or its user is off."""
    query = (
        sa.select(*_COLUMNS)
        .join(t.sessions, t.sessions.c.user_id == t.users.c.id)
        .where(
            t.sessions.c.token == _sum(session),
            t.sessions.c.expires_at > _written(moment()),
            t.users.c.is_off.is_(False),
        )
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    return User(*row) if row else None


def end_session(store: Store, session: str) -> None:
    """End a session."""
    with store.writing() as connection:
        connection.execute(t.sessions.delete().where(t.sessions.c.token == _sum(session)))


def _sum(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


# --- logins that failed ---


def try_login(store: Store, name: str) -> int:
    """Take note of a login before its password is looked at, and return 0; or the seconds that it has to wait.

    Whoever asks at the same moment many times over is counted each time. The name is kept as its sum: somebody may
    have typed a password there.
    """
    try:
        return _tried(store, _sum(name.casefold()), moment())
    except sa.exc.IntegrityError:  # the first of two at the same moment has been counted
        return 1


def _tried(store: Store, key: str, now: datetime) -> int:
    with store.writing() as connection:
        connection.execute(t.attempts.delete().where(t.attempts.c.last_at <= _written(now - FORGOTTEN)))
        where = t.attempts.c.name == key
        row = connection.execute(sa.select(t.attempts).where(where).with_for_update()).first()
        if row is None:
            connection.execute(t.attempts.insert().values(name=key, count=1, last_at=_written(now)))
            return 0
        since = (now - datetime.fromisoformat(row.last_at)).total_seconds()
        failed = int(row._mapping["count"]) - FREE_TRIES  # a row has a method of that name
        wait = min(2 ** min(failed, 10), LONGEST_WAIT) if failed >= 0 else 0
        if since < wait:
            return max(1, round(wait - since))
        connection.execute(
            t.attempts.update().where(where).values(count=failed + FREE_TRIES + 1, last_at=_written(now))
        )
    return 0


def forget_attempts(store: Store, name: str) -> None:
    """Forget the failed logins of a name."""
    with store.writing() as connection:
        connection.execute(t.attempts.delete().where(t.attempts.c.name == _sum(name.casefold())))
