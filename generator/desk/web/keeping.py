"""What an admin keeps an eye on: the log of who looked at what, and backups."""

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from generator.desk.store import log as stored
from generator.desk.store.backup import write_backup
from generator.desk.store.users import moment
from generator.desk.web.bodies import plain
from generator.desk.web.desk import Desk, who
from generator.desk.web.words import Words, lang_of
from generator.errors import BiaodanError


class Keeping:
    """Answers to requests of an admin about the log and backups."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def log(self, request: Request) -> Response:
        """Return the page of the log."""
        store = self.desk.store
        names = {column: await run_in_threadpool(stored.said, store, column) for column in ("who", "action", "form")}
        shown = await self._shown(request, stored.Wanted())
        return self.desk.page(request, "log.html", names=names, **shown)

    async def lines(self, request: Request) -> Response:
        """Return the lines that are looked for, by POST: no name of a person stands in an address."""
        given = {name: plain(value) for name, value in (await request.form()).items()}
        before = given.get("before", "")
        wanted = stored.Wanted(
            who=given.get("who", ""),
            action=given.get("action", ""),
            form=given.get("form", ""),
            record=given.get("record", "").rpartition("/")[2].strip(),
            since=self._moment(given.get("since", ""), 0),
            until=self._moment(given.get("until", ""), 1),
            before=int(before[:15]) if before.isascii() and before.isdecimal() else 0,
        )
        return self.desk.page(request, "log_lines.html", **await self._shown(request, wanted))

    async def _shown(self, request: Request, wanted: stored.Wanted) -> dict[str, Any]:
        found = await run_in_threadpool(stored.lines, self.desk.store, wanted)
        lang, words = lang_of(request), Words(lang_of(request))
        titles = {form.id: form.title(lang) for form in self.desk.office.forms}
        shown = [
            {
                "at": row.at,
                "who": row.who,
                "action": words.of("action", row.action),
                "form": titles.get(row.form, row.form),
                "record": row.record_id,
                "detail": row.detail,
            }
            for row in found[: stored.PAGE]
        ]
        before = found[stored.PAGE - 1].id if len(found) > stored.PAGE else 0
        return {
            "lines": shown,
            "before": before,
            "action_name": lambda action: words.of("action", action),
            "titles": titles,
        }

    def _moment(self, day: str, later: int) -> str:
        """Return the moment at which a day of the desk's begins, or the one so many days later, as the log has it."""
        try:
            begins = datetime.combine(date.fromisoformat(day), time(), self.desk.office.policy.zone)
            return (begins + timedelta(days=later)).astimezone(moment().tzinfo).isoformat(timespec="milliseconds")
        except (ValueError, OverflowError):
            return ""

    async def seals(self, request: Request) -> Response:
        """Say whether every line of the log is as it was written."""
        broken = await run_in_threadpool(self.desk.store.broken_seal)
        return self.desk.page(request, "log_seals.html", broken=broken)

    async def backup(self, request: Request) -> Response:
        """Return the whole store as a file."""
        path = await run_in_threadpool(self._written)
        try:
            await run_in_threadpool(self.desk.store.note, who(request), "backup")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        now = datetime.now(self.desk.office.policy.zone)
        return FileResponse(
            path,
            media_type="application/vnd.sqlite3",
            filename=f"biaodan-{now:%Y%m%d-%H%M}.backup",
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    def _written(self) -> Path:
        with tempfile.NamedTemporaryFile(prefix="biaodan-", suffix=".backup", delete=False) as file:
            try:
                write_backup(self.desk.store, cast(BinaryIO, file))
            except (BiaodanError, OSError):
                Path(file.name).unlink(missing_ok=True)
                raise
        return Path(file.name)
