"""Files that were made for a browser, to be fetched from a name of their own, for a while."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.requests import Request
from starlette.responses import Response

MOST_BYTES = 192 << 20
MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".ics": "text/calendar; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file by its name."""

    name: str
    content: bytes

    @property
    def response(self) -> Response:
        """Return the answer that gives it to a browser, to be put away there."""
        suffix = self.name[self.name.rfind(".") :]
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(self.name)}"}
        return Response(self.content, media_type=MEDIA.get(suffix, "application/octet-stream"), headers=headers)


def one_file(files: Mapping[str, bytes], stem: str) -> File:
    """Return some files as one: itself, or several as a zip."""
    if len(files) == 1:
        return File(*next(iter(files.items())))
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return File(f"{stem}.zip", buffer.getvalue())


class Kept:
    """Files that browsers are about to fetch, each for the session that asked for it; the oldest go first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.held = most, 0
        self._files: OrderedDict[str, tuple[str, File]] = OrderedDict()

    def put(self, request: Request, file: File) -> str:
        """Keep a file for the session of a request; return its name, which nobody guesses."""
        name = secrets.token_urlsafe(24)
        self._files[name] = (_session(request), file)
        self.held += len(file.content)
        while self.held > self.most and len(self._files) > 1:
            self.held -= len(self._files.popitem(last=False)[1][1].content)
        return name

    def go(self, request: Request, file: File) -> Response:
        """Return the answer that makes a page fetch a file."""
        return Response(status_code=204, headers={"hx-redirect": f"/made/{self.put(request, file)}"})

    def find(self, request: Request, name: str) -> File | None:
        """Return a file that the session of a request may have."""
        session, file = self._files.get(name, ("", None))
        return file if session == _session(request) else None

    async def fetch(self, request: Request) -> Response:
        """Return a kept file."""
        file = self.find(request, request.path_params["name"])
        return file.response if file else Response(status_code=404)


def _session(request: Request) -> str:
    return str(request.scope["session_name"])
