"""A desk that runs: its parts put together, and served."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass

from generator.batch.executors import cores
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.store.users import has_users
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from generator.errors import MachineError, Place, UsageError, fail

SECONDS = 20.0
"""What a piece of work may take, unless it is known to take longer."""

HTTP = 80
"""The port that browsers leave out of the name of a host."""

_NAME = re.compile(r"(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True)
class Where:
    """Where a desk is served: address and port, and the names by which browsers ask for it."""

    host: str = "127.0.0.1"
    port: int = 8770
    names: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Tell whether others than this machine reach it: by its address, or by a name, through a proxy."""
        return bool(self.names) or self.host not in LOOPBACK

    @property
    def hosts(self) -> frozenset[str]:
        """Return what browsers may ask for, each with its port, where it isn't the usual one."""
        if self.is_public:
            return frozenset(name.lower() for name in self.names)
        local = ("127.0.0.1", "localhost", "[::1]")
        return frozenset(f"{name}:{self.port}" for name in local) | (frozenset(local) if self.port == HTTP else set())

    def check(self) -> None:
        """Raise UsageError for what can't be: E-desk-name for a name that is none, or for none where one is needed."""
        if self.is_public and not (self.names and all(_NAME.fullmatch(name) for name in self.names)):
            raise fail(UsageError, "E-desk-name")


def serve(where: Where, setup: Setup, data: str, ready: Callable[[str], None]) -> None:
    """Serve a desk until it is told to end. `data`: a folder or a database's URL; `ready`: told the address.

    Raises UsageError and MachineError as `Store.open` does, and UsageError: E-desk-name for names as `Where.check`,
    E-desk-users where others reach a desk that has no users; MachineError (E-desk-port) for a port that is taken.
    """
    import uvicorn

    where.check()
    store = Store.open(data)
    if where.is_public and not has_users(store):
        store.close()
        raise fail(UsageError, "E-desk-users")
    listening = _listening(where)
    workers = Workers(setup, max(2, cores()), SECONDS)
    desk = Desk(Office(setup), store, workers)
    app = application(desk, Guard(where.hosts, is_public=where.is_public))
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
    server = uvicorn.Server(config)
    ready(f"https://{where.names[0]}/" if where.is_public else f"http://{where.host}:{where.port}/")
    server.run(sockets=[listening])


def _listening(where: Where) -> socket.socket:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((where.host, where.port))
    except OSError as error:
        made.close()
        raise fail(MachineError, "E-desk-port", Place(f"{where.host}:{where.port}"), why=error.strerror) from None
    return made
