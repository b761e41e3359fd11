"""Every sentence of the toolkit: there for each code, in three languages, with the figures that the code gives it."""

import ast
import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import generator
from generator import Catalogue, resources, wording
from generator.catalogue.resolve import vocabularies
from generator.errors import Fault
from generator.rules import validate

PACKAGE = Path(generator.__file__).parent
CODE = re.compile(r'"([EW]-[a-z0-9-]+)"')
HAN = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(
    r"[\u3400-\u9fff] ?[,;:!?()\"'][^\w]?|[,;!?()\"'] ?[\u3400-\u9fff]|[\u3400-\u9fff]\.(?![a-z]{3,5}\b)"
)
TABLES = ("paper", "cli", "faults", "adapt")


def sources() -> Iterator[tuple[Path, str]]:
    """Yield every module of the package with its text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


@cache
def codes() -> frozenset[str]:
    """Return every code that the package names."""
    return frozenset(code for _, text in sources() for code in CODE.findall(text))


@cache
def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return a wording table with its keys joined by dots."""
    content = tomllib.loads((resources.templates() / "wording" / f"{name}.toml").read_text(encoding="utf-8"))
    return dict(_leaves(content, ""))


def _leaves(content: Mapping[str, Any], above: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, value in content.items():
        if "zh-Hans" in value:
            yield above + key, value
        else:
            yield from _leaves(value, f"{above}{key}.")


def parameters(sentence: str) -> set[str]:
    """Return the names in braces."""
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


# --- codes and sentences ----------------------------------------------------------------------------------------------


def test_codes_are_found_in_the_source() -> None:
    assert len(codes()) > 80
    assert {"E-choice", "E-xlsx-long", "W-calendar", "E-too-few"} <= codes()


def test_every_code_has_a_sentence_in_chinese_and_english() -> None:
    sentences = {code: table("faults").get(code, {"zh-Hans": "", "en": "—"}) for code in sorted(codes())}
    assert [code for code, said in sentences.items() if not HAN.search(said["zh-Hans"])] == ["E-check", "W-check"]
    assert [code for code, said in sentences.items() if HAN.search(said["en"])] == []


# --- the figures of a sentence ----------------------------------------------------------------------------------------
#
# A sentence whose figure isn't given is a KeyError in front of a user. Each call that makes a fault is read from the
# source: the codes that it may carry and the parameters that it gives.

MAKERS = {"Unclear", "Refused", "Fault", "fail", "fault", "ValueFault", "_Bad"}
OF_THE_VALIDATOR = {"rule", "limit"}
OF_A_CHOICE = {"choices", "value"}


def _codes_of(node: ast.AST, names: Mapping[str, set[str]]) -> set[str]:
    found = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    found = {text for text in found if re.fullmatch(r"[EW]-[a-z0-9-]+", text)}
    return found or (names.get(node.id, set()) if isinstance(node, ast.Name) else set())


def _given_by(call: ast.Call) -> set[str]:
    given = {k.arg for k in call.keywords if k.arg and k.arg != "params"}
    for argument in [*call.args, *(k.value for k in call.keywords if k.arg == "params")]:
        if isinstance(argument, ast.Dict):
            given |= {
                key.value for key in argument.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
    return given


def _called(call: ast.Call) -> str:
    return (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )


def _functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def _assigned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, set[str]]:
    """Return the codes that each name of a function may stand for."""
    names: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] |= _codes_of(node.value, {})
    return names


def _makers_of(tree: ast.AST) -> dict[str, set[str]]:
    """Return the functions of a module that make a fault of a code they are given, and what they add to it."""
    made: dict[str, set[str]] = {}
    for function in _functions(tree):
        arguments = {a.arg for a in function.args.args}
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or _called(call) not in MAKERS or "code" not in arguments:
                continue
            if any(isinstance(argument, ast.Name) and argument.id == "code" for argument in call.args):
                made[function.name] = _given_by(call)
    return made


def calls() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield code, place in the source, and parameters of every call that makes a fault of a known code."""
    for path, text in sources():
        tree = ast.parse(text)
        local = _makers_of(tree)
        for function in _functions(tree):
            names = _assigned(function)
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or _called(call) not in MAKERS | set(local):
                    continue
                given = _given_by(call) | local.get(_called(call), set())
                for argument in call.args:
                    for code in _codes_of(argument, names):
                        yield code, f"{path.relative_to(PACKAGE)}:{call.lineno}", frozenset(given)


CALLS = sorted(set(calls()))


def test_most_faults_are_found_where_they_are_made() -> None:
    mapped = set(validate._CODES.values())
    assert len({code for code, _, _ in CALLS} | mapped) >= len(codes()) - 12


def missing(code: str, where: str, given: frozenset[str], lang: str) -> set[str]:
    """Return the figures that a sentence needs and a call doesn't give."""
    if "validate.py" in where and code in {*validate._CODES.values(), "E-rule"}:
        given |= OF_THE_VALIDATOR | (OF_A_CHOICE if code == "E-choice" else set())
    return parameters(table("faults")[code][lang]) - given


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_sentence_needs_no_figure_that_its_maker_does_not_give(lang: str) -> None:
    assert {(call[:2], *found) for call in CALLS if (found := missing(*call, lang))} == set()


@pytest.mark.parametrize("code", sorted(set(validate._CODES.values())))
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_the_validators_sentences_need_only_what_the_validator_gives(code: str, lang: str) -> None:
    given = OF_THE_VALIDATOR | (OF_A_CHOICE if code == "E-choice" else set())
    assert parameters(table("faults")[code][lang]) <= given


def spoken(code: str, lang: wording.Lang) -> str:
    """Return the sentence of a fault, with something for each of its figures."""
    names = {name for sentence in table("faults")[code].values() for name in parameters(sentence)}
    return Fault(code, params={name: f"<{name}>" for name in names}).text(lang)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_sentence_can_be_spoken(lang: wording.Lang) -> None:
    texts = {code: spoken(code, lang) for code in sorted(codes())}
    assert [code for code, text in texts.items() if not text.endswith(f"[{code}]")] == []
    assert [code for code, text in texts.items() if re.search(r"[{}]", text)] == []


# --- three languages --------------------------------------------------------------------------------------------------


ALSO_TRADITIONAL = "准群台"
"""Characters that offices write in traditional Chinese too, though the dictionary has others for them."""


@cache
def _simplified_only(character: str) -> bool:
    """Tell whether a character is simplified and nothing else."""
    import opencc

    if character in ALSO_TRADITIONAL:
        return False
    traditional = opencc.OpenCC("s2t").convert(character)
    return bool(traditional != character and opencc.OpenCC("t2s").convert(traditional) == character)


def simplified(text: str) -> list[str]:
    """Return the characters of a text that traditional Chinese doesn't have."""
    return [c for c in text if HAN.match(c) and _simplified_only(c)]


def test_simplified_characters_are_told_apart() -> None:
    assert simplified("问题处理总结報告") == ["问", "题", "处", "总", "结"]


def is_whole(phrase: Mapping[str, str]) -> bool:
    """Tell whether a phrase is there in each language, and each is its own."""
    if not {"zh-Hans", "en"} <= set(phrase) <= set(wording.LANGS) or not all(text.strip() for text in phrase.values()):
        return False
    hant = wording.choose(phrase, "zh-Hant")
    traditional = not simplified(hant) and (hant != phrase["zh-Hans"] or not simplified(phrase["zh-Hans"]))
    return traditional and not HAN.search(phrase["en"])


@pytest.mark.parametrize("name", TABLES)
def test_every_phrase_is_there_in_three_languages(name: str) -> None:
    assert [key for key, phrase in table(name).items() if not is_whole(phrase)] == []


def keeps_its_figures(phrase: Mapping[str, str]) -> bool:
    return parameters(wording.choose(phrase, "zh-Hant")) == parameters(phrase["zh-Hans"])


@pytest.mark.parametrize("name", TABLES)
def test_traditional_chinese_keeps_the_figures(name: str) -> None:
    assert [key for key, phrase in table(name).items() if not keeps_its_figures(phrase)] == []


@pytest.mark.parametrize("name", TABLES)
def test_chinese_has_full_width_punctuation(name: str) -> None:
    assert [key for key, phrase in table(name).items() if HALF_WIDTH.search(phrase["zh-Hans"])] == []


@pytest.mark.parametrize("text", ["请补上,再试", "请补上(必填)", "(必填)", "请补上.", "编号: 5", '他说"好"'])
def test_half_width_punctuation_is_seen(text: str) -> None:
    assert HALF_WIDTH.search(text)


@pytest.mark.parametrize(
    ("simplified_text", "expected"),
    [
        ("请检查优先级与反馈时间", "請檢查優先順序與反映時間"),
        ("短信质量", "簡訊品質"),
        ("收款方与收款方式、源系统与资源系统、按时与按时间", "受款人與收款方式、來源系統與資源系統、如期與依時間"),
        ("plain text", "plain text"),
        ("", ""),
    ],
)
def test_the_terms_of_the_office_override_the_conversion(simplified_text: str, expected: str) -> None:
    assert wording.traditional(simplified_text) == expected


def test_an_unknown_phrase_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        wording.phrase("no.such.phrase", "en")
    assert not wording.has_phrase("no.such.phrase")
    assert wording.has_phrase("office")


# --- titles of the shipped schemas ------------------------------------------------------------------------------------


def _texts(form: Any) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "title", form.titles
    yield "hint", form.hints
    for signature in form.signatures:
        yield "signature", signature.titles
    for spec in (form.root, *form.root.walk()):
        if spec is not form.root:
            yield spec.pointer, spec.titles
        yield f"{spec.pointer} hint", spec.hints
        for choice in spec.choices:
            yield f"{spec.pointer} {choice.value}", choice.titles
        for check in spec.checks:
            yield f"{spec.pointer} check {check.that}", check.messages


@pytest.mark.parametrize("form", sorted(f.id for f in Catalogue([])))
def test_every_title_hint_choice_and_rule_of_a_form_is_there_in_three_languages(form: str) -> None:
    for where, titles in _texts(Catalogue([]).form(form)):
        if not titles:
            continue
        assert titles["zh-Hans"], where
        assert "en" in titles, where
        assert not HAN.search(titles["en"]), where
        assert simplified(wording.choose(titles, "zh-Hant")) == [], where
        assert HALF_WIDTH.search(titles["zh-Hans"]) is None, where


def test_every_shared_field_has_its_titles() -> None:
    for vocabulary in vocabularies().values():
        for key, field in vocabulary["$defs"].items():
            assert HAN.search(field["title"]), key
            assert not HAN.search(field["x-title"]["en"]), key


def test_titles_within_a_section_are_distinct_in_every_language() -> None:
    for form in Catalogue([]):
        for spec in (form.root, *form.root.walk()):
            for lang in wording.LANGS:
                titles = [child.title(lang) for child in spec.fields]
                assert len(set(titles)) == len(titles), (form.id, spec.pointer, lang)
