"""Records looked for on the page: by form, state and day, and by words that no address has."""

from urllib.parse import urlencode

import sqlalchemy as sa

from generator.desk.store import Store
from generator.desk.store import tables as t
from tests.desk.conftest import Visitor


def found(visitor: Visitor, **fields: str) -> list[str]:
    """Return what is shown of the records that are found, in their order."""
    answer = visitor.send("POST", "/records", urlencode(fields).encode())
    assert answer.status_code == 200
    return [part.partition("</span>")[0] for part in answer.text.split('<span class="which">')[1:]]


def put(store: Store, form: str, title: str, raw: dict[str, object], at: str = "", status: str = "draft") -> str:
    """Put in a record that was last written at a time."""
    name = store.begin(form, "zh-Hans", "desk", raw)
    with store.writing() as connection:
        written = {"title": title, "status": status, **({"updated_at": at} if at else {})}
        connection.execute(sa.update(t.records).where(t.records.c.id == name).values(**written))
    return name


def test_words_are_found_in_values_and_not_in_the_names_of_fields(visitor: Visitor, store: Store) -> None:
    put(store, "closure-report", "一", {"customer_name": "澄江纸业", "log": [{"content": "重启服务 50%"}]})
    put(store, "return-visit", "二", {"basic": {"customer_name": "远航 Science"}})
    assert found(visitor, words="澄江") == ["一"]
    assert found(visitor, words="重启 纸业") == ["一"]
    assert found(visitor, words="50%") == ["一"]
    assert found(visitor, words="science") == ["二"]
    assert found(visitor, words="customer_name") == []
    assert found(visitor, words="5_%") == []
    assert found(visitor, words='"\\') == []


def test_words_stand_in_no_address(visitor: Visitor, store: Store) -> None:
    put(store, "closure-report", "一", {"customer_name": "澄江纸业"})
    page = visitor.get("/records?words=%E8%BF%9C%E8%88%AA&form=closure-report").text
    assert "远航" not in page
    assert '<span class="which">一</span>' in page
    assert 'method="post"' in page


def test_form_state_and_days_narrow_it_down(visitor: Visitor, store: Store) -> None:
    put(store, "closure-report", "早", {}, "2024-05-05T15:59:59.999+00:00")
    put(store, "closure-report", "晚", {}, "2024-05-05T16:00:00.000+00:00", "final")
    put(store, "return-visit", "别", {}, "2024-05-06T03:00:00.000+00:00")
    assert found(visitor, form="closure-report") == ["晚", "早"]
    assert found(visitor, state="final") == ["晚"]
    assert found(visitor, first="2024-05-06") == ["别", "晚"], "days are the desk's: 16:00 UTC is midnight there"
    assert found(visitor, last="2024-05-05") == ["早"]
    assert found(visitor, form="nothing-of-it", first="yesterday") == ["别", "晚", "早"]


def test_what_is_found_comes_page_by_page(visitor: Visitor, store: Store) -> None:
    for n in range(51):
        put(store, "closure-report", f"{n:02}", {"result": "恢复"}, f"2024-05-05T00:00:{n:02}.000+00:00")
    assert found(visitor, words="恢复") == [f"{n:02}" for n in range(50, 0, -1)]
    assert found(visitor, words="恢复", page="2") == ["00"]
    assert found(visitor, words="恢复", page="x")[0] == "50"


def test_an_empty_desk_says_so(visitor: Visitor) -> None:
    assert "还没有记录" in visitor.get("/records").text
    assert "没有找到这样的记录" in visitor.send("POST", "/records", b"words=x").text
