"""What tests of several files ask for: blank paper, made once, and real servers.

Servers are PostgreSQL, a Dask scheduler with its workers, an S3 server. They are started when first wanted, each on a
free port of this machine, with data in a temporary folder.
"""

import fcntl
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 60
POSTGRES_USER = "desk"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "services: needs real servers, which `make test-services` installs")
    config.addinivalue_line(
        "markers", "clients: real programs fill in forms; `make test-clients` installs and runs them"
    )
    config.addinivalue_line(
        "markers", "browser: Chromium at the desk's page; `make test-browser` installs and runs them"
    )
    config.addinivalue_line("markers", "sweep: the whole of what everyday tests try a part of; `make sweep`")


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep ten thousand tests, which live to the end, out of every look for garbage: it took a fifth of the time."""
    gc.enable()
    gc.freeze()


def pytest_sessionfinish() -> None:
    gc.unfreeze()


class Once:
    """Contents that several tests read, each made once in a run by whichever worker comes first; the others wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, make: Callable[[], bytes]) -> bytes:
        with (self.folder / name).open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            content = file.read()
            if not content:
                content = make()
                file.write(content)
        return content


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "once"  # the folder above is that of the whole run
    folder.mkdir(exist_ok=True)
    return Once(folder)


@pytest.fixture(scope="session")
def blank_paper(once: Once) -> Callable[[str, str, str], bytes]:
    """Return what gives a blank form in a language and format; `typst` is PDF by that engine."""
    from generator.api import blank, make_job, to_bytes
    from generator.writers import WritingOptions

    def make(form: str, lang: str, format: str) -> bytes:
        if format == "typst":
            return to_bytes(make_job(form, lang=lang).blank(), "pdf", WritingOptions(engine="typst"))
        return blank(form, format, lang=lang)

    return lambda form, lang, format: once(f"{form}-{lang}-{format}", lambda: make(form, lang, format))


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, process: "subprocess.Popen[bytes] | None" = None) -> None:
    end = time.monotonic() + PATIENCE
    while not answers(port):
        if time.monotonic() > end or (process and process.poll() is not None):
            pytest.fail(f"the server on port {port} doesn't answer")
        time.sleep(0.1)


@contextmanager
def started(*command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a server, and end it with whatever it has started."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if shutil.which("initdb"):
        return Path(shutil.which("initdb")).parent  # type: ignore[arg-type]
    if not found:
        pytest.fail("PostgreSQL isn't installed: run `make test-services`")
    return found[-1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the URL of an empty database of a server of our own."""
    programs, port = _postgres_programs(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="biaodan-postgres-"))  # pytest's own folders are closed to other users
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to be run by root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    making = [f"{programs}/initdb", "-D", str(data), "-U", POSTGRES_USER, "-A", "trust", "-E", "UTF8"]
    subprocess.run([*as_user, *making], **quiet)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, f"{programs}/pg_ctl", "-D", str(data), "-s", "-w"]
    subprocess.run([*control, "-o", options, "-l", f"{folder}/log", "start"], **quiet)
    try:
        yield f"postgresql://{POSTGRES_USER}:not-asked-for@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def dask() -> Iterator[tuple[str, "list[subprocess.Popen[bytes]]"]]:
    """Yield the address of a scheduler, and its two workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    quiet = ("--no-dashboard",)
    worker = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", *quiet]
    with started(*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet) as scheduler:
        wait_for(port, scheduler)
        with started(*worker) as one, started(*worker) as two:
            yield address, [one, two]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Yield the endpoint of an S3 server of our own, which fsspec's `s3://` means from then on."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "desk",
        "AWS_SECRET_ACCESS_KEY": "not-asked-for",
        "AWS_DEFAULT_REGION": "us-east-1",
        "FSSPEC_S3_ENDPOINT_URL": endpoint,
    }
    with started(sys.executable, "-m", "moto.server", "-p", str(port)) as server:
        wait_for(port, server)
        yield endpoint


@pytest.fixture
def s3(s3_server: str, request: pytest.FixtureRequest) -> str:
    """Return the name of an empty bucket."""
    import boto3

    bucket = f"desk-{abs(hash(request.node.name)):x}"
    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket=bucket)
    return bucket
