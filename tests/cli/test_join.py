"""Records of a database with the rows of a list within them, by two queries."""

import json
import sqlite3

FORM = {
    "title": "单",
    "type": "object",
    "x-form": {
        "id": "own",
        "kind": "form",
        "group": "resolution",
        "number": "X-1",
        "version": "1.0",
        "identity": "/no",
    },
    "properties": {
        "no": {"title": "编号", "type": "string"},
        "steps": {
            "title": "过程",
            "type": "array",
            "items": {"type": "object", "properties": {"what": {"title": "内容", "type": "string", "maxLength": 3}}},
        },
    },
}


def test_check_and_render_take_a_query_and_a_join(cli, tmp_path):
    (tmp_path / "own.json").write_text(json.dumps(FORM), encoding="utf-8")
    with sqlite3.connect(tmp_path / "b.sqlite") as base:
        base.executescript(
            "CREATE TABLE list(编号); CREATE TABLE steps(编号, 内容);"
            "INSERT INTO list VALUES ('A'); INSERT INTO steps VALUES ('A', '太长的内容');"
        )
    base.close()
    said = ("own.json", "sqlite:///b.sqlite", "--query", "SELECT * FROM list", "--join", "过程=SELECT * FROM steps")
    done = cli("check", *said, "--lang", "en")
    assert done.code == 1
    assert "内容" in done.out + done.err
    rendered = cli(
        "render", *said[:4], "--join", "过程=SELECT 编号, 'abc' AS 内容 FROM steps", "--out", "o", "--format", "docx"
    )
    assert (rendered.code, len(list(tmp_path.glob("o/*.docx")))) == (0, 1)
    assert cli("check", *said[:4], "--join", "没有=SELECT 1", "--lang", "en").code == 2
