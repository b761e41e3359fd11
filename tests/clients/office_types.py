"""Types into files with LibreOffice, by keys as a person does: run by the Python that LibreOffice's `uno` belongs to.

Reads tasks as JSON from standard input, and writes what it has done to standard output, a line a task. Boxes are found
by their order (Word) or their address (Excel); whatever is typed goes through the window's own handling of keys. From
lists people pick by mouse, which nothing reaches without a screen: the label is typed instead, as LibreOffice allows.
"""

import contextlib
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.util.NumberFormat import PERCENT

PATIENCE = 60
QUIET = ("--headless", "--norestore", "--nologo", "--nodefault")
FILTERS = {"docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML"}


def value(name: str, content: object) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, content
    return made


class Office:
    """A LibreOffice of our own, without a window and with its own profile."""

    def __init__(self, program: str, profile: str) -> None:
        pipe = f"pipe,name=biaodan{uuid.uuid4().hex};urp;"
        self.process = subprocess.Popen(
            [program, f"-env:UserInstallation={Path(profile).as_uri()}", *QUIET, f"--accept={pipe}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.context = resolver.resolve(f"uno:{pipe}StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.1)
        self.offers = True
        """Whether cells are completed from those above, which is switched for the program."""

        self.desktop, self.windows, self.dispatcher = map(
            self.service,
            ("com.sun.star.frame.Desktop", "org.libreoffice.uitest.UITest", "com.sun.star.frame.DispatchHelper"),
        )

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, path: str) -> Any:
        return self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, ())

    def window(self, name: str) -> Any:
        return self.windows.getTopFocusWindow().getChild(name)

    def command(self, document: Any, name: str, **given: object) -> None:
        frame = document.CurrentController.Frame
        self.dispatcher.executeDispatch(frame, f".uno:{name}", "", 0, tuple(value(*pair) for pair in given.items()))

    def close(self) -> None:
        with contextlib.suppress(Exception):  # it answers no more once it ends
            self.desktop.terminate()
        self.process.wait(10)


def keys(window: Any, text: str, newline: str = "RETURN") -> None:
    """Type a text; `newline`: the key for a new line."""
    for number, line in enumerate(text.split("\n")):
        if number:
            window.executeAction("TYPE", (value("KEYCODE", newline),))
        if line:
            window.executeAction("TYPE", (value("TEXT", line),))


def press(window: Any, key: str, times: int = 1) -> None:
    for _ in range(times):
        window.executeAction("TYPE", (value("KEYCODE", key),))


# --- Word ---


def controls(text: Any) -> Iterator[Any]:
    """Yield the content controls of a text and its tables, in their order."""
    blocks = text.createEnumeration()
    while blocks.hasMoreElements():
        block = blocks.nextElement()
        if block.supportsService("com.sun.star.text.TextTable"):
            for name in block.getCellNames():
                yield from controls(block.getCellByName(name))
            continue
        portions = block.createEnumeration()
        while portions.hasMoreElements():
            portion = portions.nextElement()
            if portion.TextPortionType == "ContentControl":
                yield portion.ContentControl


def text_of(control: Any) -> str:
    portions, found = control.createEnumeration(), ""
    while portions.hasMoreElements():
        found += portions.nextElement().getString()
    return found


def fill_word(office: Office, document: Any, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = list(controls(document.Text))
    window, cursor = office.window("writer_edit"), document.CurrentController.getViewCursor()
    done: dict[str, Any] = {"boxes": len(found), "shown": {}}
    for step in steps:
        if "row" in step:
            add_row(office, document, window, cursor, step["row"])
            continue
        control = found[step["box"]]
        cursor.gotoRange(control.getStart(), False)
        if step.get("tick"):
            keys(window, " ")
            done["shown"][step["box"]] = bool(control.Checked)
            continue
        said = text_of(control)
        keys(window, step["text"])
        if not step.get("beside"):
            press(window, "DELETE", len(said))
        done["shown"][step["box"]] = text_of(control)
    return done


def add_row(office: Office, document: Any, window: Any, cursor: Any, row: dict[str, Any]) -> None:
    """Add a row behind the last one of the table with that head, and type into its cells.

    In a protected form no row can be typed into but those of its boxes: as in Word, the protection is taken off first,
    which asks for no password. What LibreOffice protects is the section that it makes of the form.
    """
    document.createInstance("com.sun.star.document.Settings").ProtectForm = False
    for number in range(document.TextSections.Count):
        document.TextSections.getByIndex(number).IsProtected = False
    table = next(t for t in tables(document) if set(row["head"]) <= set(first_row(t)))
    count = table.Rows.Count
    last = next(controls(table.getCellByName(f"{min(row['cells'])}{count}")))
    cursor.gotoRange(last.getStart(), False)
    office.command(document, "InsertRowsAfter", Amount=1)
    for letter, text in row["cells"].items():
        cursor.gotoRange(table.getCellByName(f"{letter}{count + 1}").getStart(), False)
        keys(window, text)


def tables(document: Any) -> Iterator[Any]:
    for number in range(document.TextTables.Count):
        yield document.TextTables.getByIndex(number)


def first_row(table: Any) -> list[str]:
    return [table.getCellByName(name).getString() for name in table.getCellNames() if name[1:] == "1"]


# --- Excel ---


def fill_excel(office: Office, document: Any, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    controller, window = document.CurrentController, office.window("grid_window")
    done: dict[str, Any] = {"shown": {}}
    if office.offers:  # 是 would become 是否冻结账户, the label above it, as it is typed
        office.command(document, "AutoComplete")
        office.offers = False
    for step in steps:
        sheet = document.Sheets.getByName(step["sheet"])
        cell = sheet.getCellRangeByName(step["cell"])
        controller.setActiveSheet(sheet)
        controller.select(cell)
        keys(window, without_sign(document, cell, step["text"]), "CTRL+RETURN")
        press(window, "RETURN")
        done["shown"][f"{step['sheet']}!{step['cell']}"] = cell.getString()
    return done


def without_sign(document: Any, cell: Any, text: str) -> str:
    """Return a text without the sign of a percentage, which Calc puts there itself with the first digit."""
    kind = document.NumberFormats.getByKey(cell.NumberFormat).Type
    return text.removesuffix("%") if kind & PERCENT else text


FILL = {"docx": fill_word, "xlsx": fill_excel}


def main() -> None:
    asked = json.load(sys.stdin)
    office = Office(asked["program"], asked["profile"])
    try:
        for task in asked["tasks"]:
            document = office.open(task["file"])
            format = Path(task["out"]).suffix[1:]
            done = FILL[format](office, document, task["steps"])
            document.storeToURL(Path(task["out"]).as_uri(), (value("FilterName", FILTERS[format]),))
            document.close(True)
            print(json.dumps(done), flush=True)
    finally:
        office.close()


main()
