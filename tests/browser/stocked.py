"""Desks with something on them, for the tests of pages that are empty otherwise."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from generator.desk.store import Store
from tests.browser.served import Served
from tests.desk import case_walk
from tests.desk.conftest import Visitor
from tests.desk.given import HEADER, ROWS, SAMPLES, book, give

REPORT = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))


@dataclass
class Stocked:
    """A desk with a case, a record with faults, a record with two versions, a list, and a locked file."""

    served: Served
    visitor: Visitor
    case: str = ""
    faulty: str = ""
    corrected: str = ""
    list: str = ""

    @classmethod
    def of(cls, served: Served) -> "Stocked":
        """Return a desk that has been stocked."""
        client: Any = httpx.Client(base_url=served.address, timeout=90, follow_redirects=False)
        made = cls(served, Visitor(client))
        made.stock()
        return made

    def stock(self) -> None:
        """Put in what the pages show."""
        visitor, store = self.visitor, Store.open(str(self.served.data))
        self.case = case_walk.begin(visitor, "澄江纸业：同步延迟")
        for number in (1, 2, 3):
            case_walk.fill(visitor, store, self.case, number)
        store.close()
        self.faulty = visitor.begin("closure-report", {"reported_at": "昨天", "log": [{"time": "明天", "step": "x"}]})
        self.corrected = visitor.begin("closure-report", REPORT)
        visitor.send("POST", f"/records/{self.corrected}/final", {"base": 1})
        visitor.save(self.corrected, {**REPORT, "result": "全部恢复"}, 2)
        visitor.send("POST", f"/records/{self.corrected}/final", {"base": 3, "reason": "结果写错了"})
        self.list = give(visitor, "台账.xlsx", book((HEADER, *ROWS)))
        give(visitor, "加密.xlsx", locked(book((HEADER, *ROWS))))
        give(visitor, "照片.heic", b"x")


SECRET = "澄江-9876"


def locked(content: bytes) -> bytes:
    """Return a file as Office protects it by a password."""
    import io

    from msoffcrypto.format.ooxml import OOXMLFile

    made = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(SECRET, made)
    return made.getvalue()
