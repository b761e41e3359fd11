"""Chromium's viewer and pdf.js fill in the PDFs; what was typed is read back, and seen in every viewer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.clients.boxes import Answer, answers_in
from tests.clients.conftest import CLIENTS, RARE, Browser
from tests.clients.pages import DRAW, READ, in_pdfjs, ink
from tests.clients.typed import ALL, REVIEW, Typed, returned

pytestmark = pytest.mark.clients

COMMON = tuple(typed.without(RARE) for typed in ALL)
"""What is typed, of characters that every viewer can hold and show."""

_LEAST_INK = 2.0
"""Dark pixels that a character has at least, in the smallest type that a viewer sets it in."""


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("typed", COMMON, ids=str)
def test_what_was_typed_into_a_pdf_is_read_back(
    typed: Typed, client: str, filled_pdf: Callable[[str, Typed], Path], tmp_path: Path
) -> None:
    assert returned(filled_pdf(client, typed)) == typed.wanted(tmp_path)


def test_a_rare_character_is_kept_by_pdfjs(browser: Browser, tmp_path: Path) -> None:
    rare = replace(REVIEW, boxes={**REVIEW.boxes, "/review/handler": RARE})
    assert returned(browser.fill("pdfjs", rare, rare.blank("pdf"))) == rare.wanted(tmp_path)


def test_half_a_character_which_chromium_leaves_of_a_rare_one_is_told(browser: Browser) -> None:
    record, faults = returned(browser.fill("chromium", REVIEW, REVIEW.blank("pdf")))
    assert (record, faults) == (None, ["E-damaged-text"])


@pytest.mark.parametrize("client", CLIENTS)
def test_a_form_that_came_with_answers_is_gone_on_with(client: str, browser: Browser, tmp_path: Path) -> None:
    given = replace(REVIEW, boxes={pointer: text for pointer, text in REVIEW.boxes.items() if pointer not in _LATER})
    path = browser.fill(client, given, given.filled(tmp_path, "pdf"), _LATER)
    assert returned(path) == given.wanted(tmp_path, _LATER)


_LATER = {"/findings/funds_check": "合同已补交。", "/review/reviewed_at": "2024-05-14 09:00"}
"""Answers that are typed into a form with all the others."""


@pytest.mark.parametrize("client", ["nobody", *CLIENTS])
@pytest.mark.parametrize("typed", ALL, ids=str)
def test_every_answer_is_seen_in_every_viewer(
    typed: Typed, client: str, browser: Browser, filled_pdf: Callable[[str, Typed], Path], tmp_path: Path
) -> None:
    """Whether a client has filled it in or the form came with its answers; boxes that show nothing are named.

    A rare character in one box of a file makes pdf.js leave it to the viewer to draw all of them, which poppler can't.
    """
    if client == "nobody":
        path = browser.folder / f"{typed}.pdf"
        path.write_bytes(typed.filled(tmp_path, "pdf"))
    else:
        typed = typed.without(RARE)
        path = filled_pdf(client, typed)
    answers = list(answers_in(typed, path))
    shown = browser.pdfjs(path)
    draw = {**DRAW, "pdf.js": lambda path, page: in_pdfjs(shown, page)}
    unseen = {viewer: list(_unseen(answers, path, how)) for viewer, how in draw.items()}
    shown.close()
    assert unseen == {viewer: [] for viewer in draw}
    texts = {line for answer in answers for line in answer.text.split("\n") if _is_chinese(line)}
    for viewer, text in READ.items():
        said = _letters(text(path))
        assert [line for line in texts if _letters(line) not in said] == [], viewer


def _unseen(answers: Iterable[Answer], path: Path, draw: Callable[[Path, int], Image.Image]) -> Iterator[str]:
    pictures: dict[int, Image.Image] = {}
    for answer in answers:
        page = answer.box.page
        if page not in pictures:
            pictures[page] = draw(path, page)
        if ink(pictures[page], answer.box) < _LEAST_INK * max(1, len(_letters(answer.text))):
            yield answer.box.name


def _letters(text: str) -> str:
    """Return a text's letters and digits: pdf.js sets a comma as that of vertical lines."""
    return "".join(c for c in text if c.isalnum())


def _is_chinese(text: str) -> bool:
    """Tell whether a text is told by its letters: amounts and times are shown as the paper writes them."""
    return any("\u4e00" <= c <= "\u9fff" for c in text) and not any(c.isdigit() for c in text)
