"""Filled documents of shapes that take more than boxes and rows: choices in one line, records in records, pictures."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from generator.api import make_job
from generator.records import warnings_of


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_one_choice_beside_several_to_tick_comes_back(cli: Any, save: Any, format: str) -> None:
    """A schema of others: choices by const with a title, in one line with a list of which there is a single choice."""
    colours = [{"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]
    several = {"type": "array", "uniqueItems": True, "items": {"anyOf": [{"const": "a", "title": "Alpha"}]}}
    fields = {"c": {"oneOf": colours}, "other": {"oneOf": colours}, "several": several}
    save("t.json", {"type": "object", "title": "T", "properties": fields})
    said = {"c": "g", "other": "r", "several": ["a"]}
    save("r.json", said)
    assert cli("render", "t.json", "r.json", "--fillable", "-o", f"t.{format}").code == 0
    job = make_job("t.json")
    (judged,) = job.pipeline.judged(job.open(f"t.{format}"))
    assert (judged.data, judged.faults) == (said, ())


ORDERS = {
    "type": "object",
    "title": "Orders",
    "properties": {
        "orders": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "no": {"type": "string"},
                    "buyer": {"type": "object", "properties": {"city": {"type": "string"}, "age": {"type": "integer"}}},
                    "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
                },
            },
        }
    },
}
ORDERED = {
    "orders": [
        {"no": "A", "buyer": {"city": "Wuhan", "age": 30}, "lines": [{"sku": "x"}, {"sku": "y"}]},
        {"no": "B", "buyer": {"city": "Xi'an"}, "lines": [{"sku": "z"}]},
    ]
}


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_records_that_hold_sections_and_tables_come_back_whole(cli: Any, save: Any, format: str) -> None:
    save("orders.json", ORDERS)
    save("r.json", ORDERED)
    assert cli("render", "orders.json", "r.json", "--fillable", "-o", f"filled.{format}").code == 0
    (judged,) = (job := make_job("orders.json")).pipeline.judged(source := job.open(f"filled.{format}"))
    assert (judged.data, judged.faults, warnings_of(source)) == (ORDERED, (), [])


def test_of_such_records_an_empty_one_is_none_and_one_more_is_another(cli: Any, save: Any) -> None:
    save("schemas/orders.json", ORDERS)
    save("r.json", ORDERED)
    cli("render", "schemas/orders.json", "r.json", "--fillable", "-o", "filled.xlsx")
    book = openpyxl.load_workbook("filled.xlsx")
    sheet = book.worksheets[0]

    def cell(name: str) -> Any:
        return sheet[book.defined_names[name].attr_text.rpartition("!")[2].replace("$", "").partition(":")[0]]

    for name in ("f_orders_0_no", "f_orders_0_buyer_city", "f_orders_0_buyer_age", "f_orders_0_lines_sku"):
        cell(name).value = None
    cell("f_orders_0_lines_sku").offset(row=1).value = None
    cell("f_orders_2_buyer_city").value = "Chengdu"
    cell("f_orders_2_buyer_age").value = "about 40"
    book.save("filled.xlsx")
    (judged,) = (job := make_job("schemas/orders.json")).pipeline.judged(job.open("filled.xlsx"))
    assert judged.data["orders"][0] == ORDERED["orders"][1]
    assert judged.data["orders"][1]["buyer"]["city"] == "Chengdu"
    (fault,) = judged.faults
    assert fault.place.pointer == "/orders/1/buyer/age"
    assert fault.place.row.endswith(cell("f_orders_2_buyer_age").coordinate), "the box, not that of the record before"


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_wrong_box_in_such_a_record_is_marked_in_the_copy(
    cli: Any, save: Any, format: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save("own/schemas/orders.json", {**ORDERS, "required": ["orders"]})
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "own"))
    wrong = json.loads(json.dumps(ORDERED))
    wrong["orders"][1]["buyer"]["city"] = "W"
    save("r.json", wrong)
    assert cli("render", "orders", "r.json", "--fillable", "-o", f"filled.{format}").code == 0
    changed = json.loads(json.dumps(ORDERS))
    changed["properties"]["orders"]["items"]["properties"]["buyer"]["properties"]["city"]["minLength"] = 3
    save("own/schemas/orders.json", changed)
    done = cli("read", f"filled.{format}", "--annotate", "back")
    said = json.loads(done.out)
    assert [fault["pointer"] for fault in said["faults"]] == ["/orders/1/buyer/city"]
    assert Path(said["copy"]).is_file()


def test_the_mark_is_at_the_box_on_paper_where_records_before_it_were_emptied(
    cli: Any, save: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save("own/schemas/orders.json", ORDERS)
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "own"))
    save("r.json", ORDERED)
    cli("render", "orders", "r.json", "--fillable", "-o", "filled.xlsx")
    book = openpyxl.load_workbook("filled.xlsx")
    at = {name: found.attr_text.rpartition("!")[2].replace("$", "") for name, found in book.defined_names.items()}
    sheet = book.worksheets[0]
    for name in ("f_orders_0_no", "f_orders_0_buyer_city", "f_orders_0_buyer_age"):
        sheet[at[name]].value = None
    for (cell,) in sheet[at["f_orders_0_lines_sku"]]:
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = None
    sheet[at["f_orders_1_buyer_age"]].value = "about 40"
    book.save("filled.xlsx")
    said = json.loads(cli("read", "filled.xlsx", "--annotate", "back").out)
    assert [fault["pointer"] for fault in said["faults"]] == ["/orders/0/buyer/age"]
    marked = openpyxl.load_workbook(said["copy"]).worksheets[0]
    commented = [cell.coordinate for row in marked.iter_rows() for cell in row if cell.comment]
    assert commented == [at["f_orders_1_buyer_age"]]


PHOTOS = {
    "title": "照片登记表",
    "x-form": {"id": "photos", "kind": "table"},
    "type": "object",
    "properties": {
        "rows": {
            "title": "记录",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "no": {"title": "编号", "type": "string"},
                    "photo": {"title": "照片", "type": "string", "x-control": "picture"},
                },
            },
        }
    },
}


def colour_of(photo: Any) -> tuple[int, ...]:
    found = Image.open(io.BytesIO(photo.content)).convert("RGB").getpixel((5, 5))
    assert isinstance(found, tuple)
    return tuple(round(one / 255) for one in found)


@pytest.mark.parametrize("options", [(), ("--fillable",)], ids=["printed", "fillable"])
def test_the_pictures_of_a_register_come_back_from_excel(cli: Any, save: Any, options: tuple[str, ...]) -> None:
    """Those that were printed, by what the text calls them, and one that somebody laid into an empty cell."""
    save("photos.json", PHOTOS)
    for name in ("red", "blue", "lime"):
        Image.new("RGB", (80, 60), name).save(f"{name}.png")
    save("r.json", {"rows": [{"no": "1", "photo": "red.png"}, {"no": "2"}, {"no": "3", "photo": "blue.png"}]})
    assert cli("render", "photos.json", "r.json", "-o", "filled.xlsx", *options).code == 0
    colours = [(1, 0, 0), None, (0, 0, 1)]
    assert rows_of("filled.xlsx") == colours
    put_in("filled.xlsx", "lime.png", row=4, column=2)
    assert rows_of("filled.xlsx") == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def rows_of(name: str) -> list[tuple[int, ...] | None]:
    """Return the colours of the pictures in the rows of a register."""
    job = make_job("photos.json")
    judged = list(job.pipeline.judged(source := job.open(name)))
    assert ([fault for one in judged for fault in one.faults], warnings_of(source)) == ([], [])
    return [colour_of(one.values["photo"]) if "photo" in one.values else None for one in judged]


def put_in(name: str, picture: str, *, row: int, column: int) -> None:
    """Lay a picture into a cell of the first sheet, as Excel does: one more anchor in the sheet's drawing."""
    with zipfile.ZipFile(name) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    (drawing,) = (part for part in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", part))
    links = f"xl/drawings/_rels/{Path(drawing).name}.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts["xl/media/laid.png"] = Path(picture).read_bytes()
    link = f'<Relationship Id="rIdLaid" Type="{kind}/image" Target="../media/laid.png"/></Relationships>'
    parts[links] = parts[links].replace(b"</Relationships>", link.encode())
    space = "http://schemas.openxmlformats.org/drawingml/2006"
    anchor = (
        f'<d:oneCellAnchor xmlns:d="{space}/spreadsheetDrawing" xmlns:a="{space}/main" xmlns:r="{kind}">'
        f"<d:from><d:col>{column - 1}</d:col><d:colOff>0</d:colOff>"
        f"<d:row>{row - 1}</d:row><d:rowOff>0</d:rowOff></d:from>"
        '<d:ext cx="400000" cy="300000"/><d:pic><d:nvPicPr><d:cNvPr id="99" name="Laid"/><d:cNvPicPr/></d:nvPicPr>'
        '<d:blipFill><a:blip r:embed="rIdLaid"/></d:blipFill><d:spPr/></d:pic><d:clientData/></d:oneCellAnchor>'
    )
    text = parts[drawing].decode()
    at = text.rindex("</")
    parts[drawing] = (text[:at] + anchor + text[at:]).encode()
    with zipfile.ZipFile(name, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
