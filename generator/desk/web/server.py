"""A desk that runs: its parts put together, and served."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from generator.batch.executors import cores
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from generator.errors import MachineError, Place, fail

SECONDS = 20.0
"""What a piece of work may take, unless it is known to take longer."""

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True)
class Where:
    """Where a desk is served: address and port, and the names by which browsers ask for it."""

    host: str = "127.0.0.1"
    port: int = 8770
    names: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine reaches it."""
        return self.host in LOOPBACK

    @property
    def hosts(self) -> frozenset[str]:
        """Return what browsers may ask for, each with its port, where it isn't the usual one."""
        local = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")} if self.is_local else set()
        return frozenset(local | {name.lower() for name in self.names})


def serve(where: Where, setup: Setup, data: str, ready: Callable[[str], None]) -> None:
    """Serve a desk until it is told to end. `data`: a folder or a database's URL; `ready`: told the address.

    Raises UsageError and MachineError as `Store.open` does, MachineError (E-desk-port) for a port that is taken.
    """
    import uvicorn

    listening = _listening(where)
    store = Store.open(data)
    workers = Workers(setup, max(2, cores()), SECONDS)
    desk = Desk(Office(setup), store, workers)
    app = application(desk, Guard(where.hosts, is_public=not where.is_local))
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
    server = uvicorn.Server(config)
    ready(f"http://{where.host}:{where.port}/")
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
