"""The page of all libraries and fonts with their licences: `python -m samples.dependencies docs`, or `--check docs`.

What stands in `dependencies.toml` is held against what is pinned and what is installed: a library that nobody has
named, a licence that isn't allowed or isn't what the library itself says, a font without its licence.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distributions, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from generator import resources
from generator.files import write_whole

ROOT = Path(__file__).parents[1]
PAGE = "dependencies.md"
GROUPS = {"use": "Of every user", "extra": "Of extras: `s3`, `cluster`, `warehouse`", "develop": "For developing only"}
_OPEN_FONT = "SIL OPEN FONT LICENSE Version 1.1"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$", re.MULTILINE)


def key(name: str) -> str:
    """Return a distribution's name as names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def known() -> Mapping[str, Any]:
    """Return what is said of the libraries."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def pins() -> dict[str, str]:
    """Return the pinned version of each library, by its name as pinned."""
    return dict(_PIN.findall((ROOT / "constraints.txt").read_text(encoding="utf-8")))


def said_licence(library: Distribution, spoken: Mapping[str, str]) -> str:
    """Return the licence that a library's own metadata name, by SPDX; nothing where they are silent."""
    about = library.metadata
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classifiers = [c.rpartition("::")[2].strip() for c in about.get_all("Classifier") or () if c.startswith("License")]
    text = (about["License"] or "").strip().partition("\n")[0]
    return " OR ".join(dict.fromkeys(spoken.get(c, c) for c in classifiers)) or spoken.get(text, text)


def is_allowed(licence: str, allowed: set[str]) -> bool:
    """Tell whether a licence may be used: one of alternatives, all of what holds together."""
    return any(set(choice.strip("() ").split(" AND ")) <= allowed for choice in licence.split(" OR "))


def faults() -> Iterator[str]:
    """Yield what is wrong with libraries and their licences."""
    data = known()
    packages = {key(name): entry for name, entry in data["packages"].items()}
    pinned = {key(name): version for name, version in pins().items()}
    yield from (f"{name}: pinned, but not in dependencies.toml" for name in sorted(pinned.keys() - packages.keys()))
    yield from (f"{name}: in dependencies.toml, but not pinned" for name in sorted(packages.keys() - pinned.keys()))
    for name, entry in packages.items():
        allowed = {*data["allowed"]["use"], *(data["allowed"]["develop"] if entry["group"] == "develop" else ())}
        if not is_allowed(entry["licence"], allowed):
            yield f"{name}: {entry['licence']} isn't an allowed licence"
    for name in sorted(used()):
        if packages.get(name, {}).get("group", "use") != "use":
            yield f"{name}: every user gets it, so its group is use"
    for library in distributions():
        yield from _differences(library, packages, pinned, data["spoken"])
    yield from _bare_fonts(resources.templates() / "theme" / "fonts")


def used(name: str = "biaodan", extras: tuple[str, ...] = ()) -> set[str]:
    """Return what a library brings along, as far as it is installed."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        found |= {key(waiting[-1][0])}
        brought = _brought(*waiting.pop())
        waiting += [(name, extras) for name, extras in brought if key(name) not in found]
    return found - {key(name)}


def _brought(name: str, extras: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    try:
        needed = [Requirement(text) for text in requires(name) or ()]
    except PackageNotFoundError:
        return []
    return [
        (one.name, tuple(one.extras))
        for one in needed
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def _differences(
    library: Distribution, packages: Mapping[str, Any], pinned: Mapping[str, str], spoken: Mapping[str, str]
) -> Iterator[str]:
    """Yield in what an installed library isn't what is said of it."""
    name = key(library.metadata["Name"])
    if name == "biaodan":
        return
    if name not in packages:
        yield f"{name}: installed, but not in dependencies.toml"
        return
    said = said_licence(library, spoken)
    if said and said != packages[name]["licence"]:
        yield f"{name}: its licence is {said}, not {packages[name]['licence']}"
    if name != "pip" and pinned.get(name) != library.version:
        yield f"{name}: {library.version} is installed, {pinned.get(name)} is pinned"


def _bare_fonts(folder: Path) -> Iterator[str]:
    """Yield the fonts beside which their licence doesn't lie."""
    for font in sorted(folder.glob("*.?tf")):
        text = licence_file(font)
        if text is None or _OPEN_FONT not in " ".join(text.read_text(encoding="utf-8").split()):
            yield f"{font.name}: the text of its licence is missing"


def licence_file(font: Path) -> Path | None:
    """Return the file beside a font that holds its licence, if there is one."""
    texts = [path for path in font.parent.glob("*-OFL.txt") if font.name.startswith(path.name.removesuffix("-OFL.txt"))]
    return max(texts, key=lambda path: len(path.name), default=None)


def lines() -> Iterator[str]:
    """Yield the page."""
    packages, pinned = known()["packages"], {key(name): version for name, version in pins().items()}
    yield "# Libraries and fonts, and their licences"
    yield ""
    yield "Made by `make licences` from `constraints.txt` and `samples/dependencies.toml`. Only the fonts at the end"
    yield "are part of our package; pip brings the rest. pyproject.toml names the oldest versions that will do."
    for group, title in GROUPS.items():
        yield from ("", f"## {title}", "", "| library | pinned | for | licence |", "|---|---|---|---|")
        for name, entry in packages.items():
            if entry["group"] == group:
                yield f"| {name} | {pinned.get(key(name), '–')} | {entry['for']} | {entry['licence']} |"
    yield from ("", "## Fonts", "", "| font | licence | text |", "|---|---|---|")
    for font in sorted((resources.templates() / "theme" / "fonts").glob("*.?tf")):
        text = licence_file(font)
        yield f"| {font.name} | OFL-1.1 | {text.name if text else '–'} |"
    yield "| Noto Sans SC, TC, JP, KR | OFL-1.1 | in the pip package justmytype-intl-cjk |"


def outdated(docs: Path) -> list[str]:
    """Return what is wrong, and the page's name where it isn't as it would be made now."""
    page = docs / PAGE
    current = page.exists() and page.read_text(encoding="utf-8") == "\n".join(lines()) + "\n"
    return [*faults(), *([] if current else [f"{PAGE}: out of date; run make licences"])]


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` only look; return the exit code, which is 1 where anything is wrong."""
    docs = Path(next((a for a in arguments if not a.startswith("-")), "docs"))
    if "--check" not in arguments:
        write_whole(docs / PAGE, ("\n".join(lines()) + "\n").encode(), replace=True)
    wrong = outdated(docs)
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
