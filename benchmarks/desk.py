"""The desk under load: people who type and look at the paper, and requests that are wrong, against a server of its own.

Each person types a record bit by bit: a draft is saved, the pages are made and fetched, then comes a moment of thought.
Three requests in ten are wrong, each in a way of its own. First five people, then fifty. Times are those of the client.
Afterwards every record is looked up in the store.
"""

import asyncio
import itertools
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Options, limit_line, markdown, shown
from benchmarks.subject import report
from generator.catalogue import Catalogue
from generator.desk.store import Store
from samples.demo import samples_of

FEW, MANY = 5, 50
BAD = 0.3
"""Share of requests that are wrong."""

THOUGHT = (1.0, 3.0)
"""Seconds between two bits that somebody types, at least and at most."""

WANTED_SAVE, WANTED_LOOK = 0.1, (0.3, 0.6)
"""Seconds: of a save by fifty people, 95 of 100; of a preview by five, half of them and 95 of 100."""

GROWTH = 1.15
"""Times the memory after the first tenth of a run that it may have at its end."""

_TOKEN = re.compile(r'name="desk-token" content="([0-9a-f]+)"')


@dataclass
class Told:
    """What was measured: seconds by kind of request, answers by status, MiB over the time."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)

    def share(self, kind: str, part: float) -> float:
        """Return the seconds that a part of the requests of a kind took at most."""
        times = sorted(self.times.get(kind, [])) or [0.0]
        return times[min(len(times) - 1, int(part * len(times)))]


def main(options: Options) -> None:
    """Print the table."""
    minutes = options.minutes or (0.2 if options.quick else 10.0)
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (process, port):
        asyncio.run(_warm(port))
        few = asyncio.run(_load(port, process.pid, FEW, minutes / 5))
        many = asyncio.run(_load(port, process.pid, MANY, minutes * 4 / 5))
        lost = _lost(Path(folder), {**few.typed, **many.typed})
    print(
        f"{FEW} people for {minutes * 12:.0f} s, then {MANY} for {minutes * 48:.0f} s; the client on the same cores.\n"
    )
    print(markdown(["what", f"{FEW} people", f"{MANY} people"], _rows(few, many)) + "\n")
    print(limit_line(f"95 of 100 saves by {MANY} people", many.share("save", 0.95), WANTED_SAVE))
    print(limit_line(f"half of the previews by {FEW}", few.share("preview", 0.5), WANTED_LOOK[0]))
    print(limit_line(f"95 of 100 previews by {FEW}", few.share("preview", 0.95), WANTED_LOOK[1]))
    broken = sum(count for status, count in (few.statuses + many.statuses).items() if status >= 500)
    print(limit_line("answers of 500 and above", broken, 0, "of all"))
    print(limit_line("records that aren't as they were saved last", lost, 0, "of all"))
    grown = many.memory[-1] / many.memory[len(many.memory) // 10]
    print(limit_line("memory at the end to that after a tenth of the time", grown, GROWTH, "times"))


def _rows(few: Told, many: Told) -> Iterator[list[str]]:
    for kind in ("save", "preview", "page", "wrong"):
        for name, part in (("median", 0.5), ("95 of 100", 0.95)):
            yield [f"{kind}, {name}", shown(few.share(kind, part)), shown(many.share(kind, part))]
    yield ["requests", *(f"{told.statuses.total():,}" for told in (few, many))]
    yield ["of them refused as wrong", *(f"{_refused(told):,}" for told in (few, many))]
    yield ["records", *(f"{len(told.typed):,}" for told in (few, many))]
    yield ["MiB of the desk and its workers, at most", *(f"{max(told.memory):.0f}" for told in (few, many))]


def _refused(told: Told) -> int:
    return sum(count for status, count in told.statuses.items() if 400 <= status < 500)


class _served:  # noqa: N801  # reads as a statement
    """A desk's process over a folder, ended at the end."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        command = ["serve", "--port", str(self.port), "--data", str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generator", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> "tuple[subprocess.Popen[bytes], int]":
        for _ in range(600):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self.process, self.port
            time.sleep(0.1)
        raise RuntimeError("the desk doesn't answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)


async def _load(port: int, process: int, people: int, minutes: float) -> Told:
    """Let people work at a desk; return what was measured."""
    told, end = Told(), time.monotonic() + minutes * 60
    samples = _samples()
    watching = asyncio.create_task(_watch(process, told, end))
    await asyncio.gather(*(_Person(port, told, random.Random(n), samples, n).work(end) for n in range(people)))  # noqa: S311
    await watching
    return told


async def _warm(port: int) -> None:
    """Have every form shown a few times, so that each process of the desk knows it."""
    person = _Person(port, Told(), random.Random(0), (), 0)  # noqa: S311
    async with person.client:
        await person.enter()
        for form, steps in _samples() * 2:
            await asyncio.gather(*(person.look(form, steps[-1]) for _ in range(4)))


def _samples() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return forms, each with what is in a record after each bit that is typed of its sample."""
    made = []
    for form in [Catalogue().form(report().form), *itertools.islice(Catalogue(), 0, None, 9)]:
        path = next((path for path in samples_of(form) if path.stem == "ordinary"), None)
        raw = json.loads(path.read_text(encoding="utf-8")) if path else {}
        if isinstance(raw, dict):
            keys = list(raw)
            made.append((form.id, [{key: raw[key] for key in keys[: n + 1]} for n in range(len(keys))]))
    return made


async def _watch(process: int, told: Told, end: float) -> None:
    while time.monotonic() < end:
        told.memory.append(_memory(process))
        await asyncio.sleep(1)


def _memory(process: int) -> float:
    """Return the MiB that a process and those that it started hold."""
    held = 0
    for each in [process, *_children(process)]:
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        held += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / 1024


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(one) for one in task.read_text(encoding="ascii").split()]
    return found


def _lost(folder: Path, typed: dict[str, Any]) -> int:
    """Return how many records the store doesn't have as they were saved last."""
    store = Store.open(str(folder))
    rows = [(store.record(name), raw) for name, raw in typed.items()]
    store.close()
    return sum(row is None or row.raw != raw for row, raw in rows)


class _Person:
    """Somebody who fills in one record after another."""

    def __init__(self, port: int, told: Told, chance: random.Random, samples: Sequence[Any], n: int) -> None:
        import httpx2

        self.client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self.told, self.chance, self.samples, self.number = told, chance, samples, n
        self.token = ""

    async def work(self, end: float) -> None:
        """Fill in records until the time is over."""
        async with self.client:
            await self.enter()
            while time.monotonic() < end:
                form, steps = self.samples[self.number % len(self.samples)]
                self.number += 7
                await self.record(form, steps, end)

    async def enter(self) -> None:
        """Come to the first page, whose token goes with whatever changes something."""
        home = await self.ask("page", "GET", "/")
        self.token = (_TOKEN.search(home.text) or [""])[1]

    async def record(self, form: str, steps: Sequence[dict[str, Any]], end: float) -> None:
        """Fill in a record bit by bit."""
        begun = await self.ask("begin", "POST", f"/forms/{form}/records", {"values": {}})
        name, base = begun.headers["location"].rpartition("/")[2], 1
        self.told.typed[name] = {}
        await self.ask("page", "GET", f"/records/{name}")
        for values in steps:
            if time.monotonic() > end:
                return
            await asyncio.sleep(self.chance.uniform(*THOUGHT))
            saving = self.ask("save", "PUT", f"/records/{name}/draft", {"values": values, "base": base})
            saved, looked = await asyncio.gather(saving, self.look(form, values))
            if saved.status_code == 200:
                base = saved.json()["revision"]
                self.told.typed[name] = values
            for _ in range(2):
                if self.chance.random() < BAD / (1 - BAD) * 1.5:
                    await self.wrong(form, name, values, looked)

    async def look(self, form: str, values: dict[str, Any]) -> str:
        """Have the pages made, and fetch the first; return its name."""
        answer = await self.ask("preview", "POST", f"/forms/{form}/preview", {"values": values})
        pages = answer.json().get("pages", [])
        if pages:
            await self.ask("page", "GET", f"/sheets/{pages[0]['name']}.svg")
        return pages[0]["name"] if pages else ""

    async def wrong(self, form: str, name: str, values: dict[str, Any], page: str) -> None:
        """Ask for something in a way that is wrong."""
        far = {"values": {**values, "nobody": ["😀" * 50] * 50}, "base": 99_999}
        ways: list[tuple[str, str, Any, dict[str, str]]] = [
            ("PUT", f"/records/{name}/draft", {"values": values, "base": 0}, {"x-desk-token": "0" * 64}),
            ("PUT", f"/records/{name}/draft", b"{not JSON", {}),
            ("PUT", f"/records/{name}/draft", far, {}),
            ("PUT", f"/records/{name[::-1]}/draft", {"values": {}, "base": 1}, {}),
            ("POST", f"/forms/{form}/preview", {"values": [1, 2]}, {}),
            ("POST", f"/forms/{form}/preview", {"values": {"rows": 7, "log": "x"}, "lang": "xx", "mask": "?"}, {}),
            ("POST", "/forms/none/records", {"values": {}}, {}),
            ("POST", "/pictures", b"\x89PNG\r\n" + bytes(200), {}),
            ("GET", f"/records/{name}/file?format=exe&lang=xx&mask=?", None, {}),
            ("GET", f"/sheets/{page[::-1] or 'x'}.svg", None, {}),
            ("GET", "/static/..%2f..%2fdesk.db", None, {}),
            ("GET", "/", None, {"host": "elsewhere.example"}),
        ]
        method, path, value, headers = self.chance.choice(ways)
        await self.ask("wrong", method, path, value, headers)

    async def ask(self, kind: str, method: str, path: str, value: Any = None, headers: Any = None) -> Any:
        """Ask, and take the time."""
        content = value if isinstance(value, bytes) else None if value is None else json.dumps(value).encode()
        given = {"x-desk-token": self.token, "content-type": "application/json", **(headers or {})}
        began = time.perf_counter()
        answer = await self.client.request(method, path, content=content, headers=given)
        self.told.times.setdefault(kind, []).append(time.perf_counter() - began)
        self.told.statuses[answer.status_code] += 1
        return answer
