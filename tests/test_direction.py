"""Which module may import which, where each third-party library may be used, and how little is loaded at the start."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from generator import Catalogue
from generator.writers import SHIPPED

PACKAGE = Path(__file__).parents[1] / "generator"

MAY_IMPORT: dict[str, set[str]] = {
    "resources": set(),
    "wording": {"resources"},
    "errors": {"wording"},
    "units": set(),
    "paper": {"units"},
    "unfinished": set(),
    "refusals": {"errors"},
    "files": {"errors", "refusals", "unfinished"},
    "held": {"errors", "files"},
    "prepared": {"errors", "files"},
    "characters": set(),
    "strict_json": {"characters", "errors"},
    "formats": {"wording"},
    "text_measure": {"units"},
    "profile": {"errors", "paper", "strict_json", "units", "wording"},
    "theme": {"errors", "paper", "resources", "strict_json", "units", "wording"},
    "epoch": set(),
    "numbers": {"errors"},
    "configuration": {
        "errors",
        "files",
        "numbers",
        "paper",
        "profile",
        "resources",
        "strict_json",
        "theme",
        "units",
        "wording",
    },
    "kinds": {"characters", "formats", "strict_json", "wording"},
    "document": {"errors", "kinds", "paper", "profile", "text_measure", "theme", "units", "wording"},
    "record": {"errors"},
    "catalogue": {
        "document",
        "errors",
        "files",
        "formats",
        "kinds",
        "paper",
        "record",
        "resources",
        "strict_json",
        "text_measure",
        "wording",
    },
    "defined_names": set(),
    "control_names": {"wording"},
    "records": {
        "catalogue",
        "characters",
        "control_names",
        "defined_names",
        "errors",
        "files",
        "unfinished",
        "kinds",
        "record",
        "resources",
        "strict_json",
        "wording",
    },
    "rules": {"catalogue", "errors", "formats", "prepared", "record", "resources", "strict_json"},
    "spool": set(),
    "case": {
        "kinds",
        "catalogue",
        "errors",
        "files",
        "record",
        "records",
        "resources",
        "rules",
        "strict_json",
        "wording",
    },
    "pipeline": {"catalogue", "errors", "record", "records", "rules", "spool", "numbers", "epoch"},
    "printing": {"catalogue", "errors", "records"},
    "compose": {
        "catalogue",
        "characters",
        "document",
        "errors",
        "formats",
        "kinds",
        "paper",
        "profile",
        "record",
        "rules",
        "text_measure",
        "theme",
        "units",
        "wording",
    },
    "writers": {
        "control_names",
        "defined_names",
        "unfinished",
        "document",
        "errors",
        "files",
        "formats",
        "kinds",
        "prepared",
        "profile",
        "resources",
        "text_measure",
        "theme",
        "units",
        "wording",
        "epoch",
    },
    "statistics": {
        "unfinished",
        "catalogue",
        "characters",
        "errors",
        "files",
        "formats",
        "kinds",
        "pipeline",
        "record",
        "records",
        "refusals",
        "resources",
        "rules",
        "strict_json",
        "wording",
    },
    "tagged": {
        "catalogue",
        "document",
        "errors",
        "files",
        "formats",
        "kinds",
        "profile",
        "record",
        "records",
        "rules",
        "theme",
        "unfinished",
        "units",
        "wording",
        "writers",
    },
    "job": {
        "case",
        "catalogue",
        "compose",
        "document",
        "errors",
        "pipeline",
        "printing",
        "profile",
        "record",
        "records",
        "resources",
        "rules",
        "tagged",
        "theme",
        "wording",
        "numbers",
    },
    "returned": {"catalogue", "errors", "files", "job", "record", "records", "unfinished"},
    "annotate": {"catalogue", "control_names", "errors", "files", "records", "returned", "wording", "writers"},
    "collect": {
        "catalogue",
        "document",
        "errors",
        "files",
        "formats",
        "kinds",
        "record",
        "records",
        "returned",
        "strict_json",
        "text_measure",
        "theme",
        "wording",
    },
    "casework": {
        "case",
        "collect",
        "compose",
        "epoch",
        "errors",
        "job",
        "record",
        "records",
        "resources",
        "strict_json",
    },
    "due": {
        "case",
        "catalogue",
        "collect",
        "errors",
        "job",
        "record",
        "records",
        "resources",
        "returned",
        "rules",
        "strict_json",
        "wording",
        "writers",
        "epoch",
    },
    "importing": {
        "catalogue",
        "control_names",
        "errors",
        "files",
        "kinds",
        "records",
        "strict_json",
        "wording",
    },
    "adapting": {
        "catalogue",
        "errors",
        "files",
        "importing",
        "job",
        "kinds",
        "records",
        "resources",
        "strict_json",
        "text_measure",
        "theme",
        "wording",
        "writers",
    },
    "api": {
        "due",
        "importing",
        "pipeline",
        "printing",
        "case",
        "casework",
        "catalogue",
        "collect",
        "document",
        "errors",
        "files",
        "job",
        "profile",
        "record",
        "records",
        "returned",
        "rules",
        "statistics",
        "tagged",
        "theme",
        "wording",
        "writers",
        "numbers",
    },
    "batch": {
        "unfinished",
        "document",
        "api",
        "case",
        "catalogue",
        "errors",
        "files",
        "held",
        "job",
        "kinds",
        "profile",
        "record",
        "records",
        "refusals",
        "rules",
        "tagged",
        "theme",
        "wording",
        "writers",
        "numbers",
    },
    "desk": {
        "batch",
        "case",
        "casework",
        "due",
        "statistics",
        "strict_json",
        "catalogue",
        "collect",
        "compose",
        "configuration",
        "document",
        "epoch",
        "errors",
        "files",
        "held",
        "job",
        "kinds",
        "numbers",
        "pipeline",
        "record",
        "records",
        "resources",
        "returned",
        "rules",
        "theme",
        "wording",
        "writers",
    },
    "cli": {
        "adapting",
        "desk",
        "unfinished",
        "annotate",
        "api",
        "casework",
        "batch",
        "case",
        "catalogue",
        "collect",
        "compose",
        "configuration",
        "document",
        "due",
        "errors",
        "files",
        "held",
        "importing",
        "job",
        "kinds",
        "profile",
        "record",
        "records",
        "refusals",
        "returned",
        "statistics",
        "strict_json",
        "tagged",
        "theme",
        "wording",
        "writers",
        "numbers",
    },
}
"""What each part may import besides itself, from below; each names those before it only."""

ABOVE = {"__init__": {"batch", "cli", "desk"}, "api": {"cli", "desk", "batch"}, "batch": {"cli", "desk"}}
"""What is above a part whatever is said of it elsewhere; the package itself names what scripts import."""

HOMES: dict[str, tuple[str, ...]] = {
    "weasyprint": ("writers/pdf",),
    "cssselect2": ("writers/pdf",),
    "pydyf": ("writers/pdf",),
    "PIL": ("kinds/picture_reading.py",),
    "pi_heif": ("kinds/picture_reading.py",),
    "pikepdf": ("writers/pdf", "records/filled", "annotate/pdf.py", "tagged"),
    "uharfbuzz": ("writers/font_making.py", "writers/pdf"),
    "fontTools": ("writers/font_making.py",),
    "resvg_py": ("writers/drawing.py",),
    "typst": ("writers/typst",),
    "docx": ("writers/docx", "annotate/docx.py"),
    "openpyxl": ("adapting", "writers/xlsx", "annotate/xlsx.py", "collect/workbook.py"),
    "python_calamine": ("records",),
    "xlrd": ("records/workbooks",),
    "msoffcrypto": ("records/workbooks",),
    "jsonschema_rs": ("catalogue", "rules", "case", "importing"),
    "fsspec": ("batch/store.py",),
    "distributed": ("batch/executors.py",),
    "click": ("cli", "writers/conformance/__main__.py"),
    "rich": ("cli",),
    "opencc": ("wording.py",),
    "holidays": ("rules",),
    "lxml": ("compose", "records", "tagged", "writers/docx/looks.py", "writers/xlsx", "writers/typst", "importing"),
    "pypinyin": ("catalogue/calling.py", "compose/names.py", "importing"),
    "sqlglot": ("importing",),
    "jinja2": ("catalogue", "rules", "compose", "tagged", "desk/web/desk.py"),
    "markupsafe": ("compose", "tagged"),
    "duckdb": ("statistics", "records"),
    "sqlalchemy": ("statistics", "records", "collect/database.py", "importing/databases.py", "desk/store"),
    "psycopg": ("statistics", "records"),
    "ibis": ("statistics/server.py",),
    "icalendar": ("due/calendar.py",),
    "starlette": ("desk/web",),
    "uvicorn": ("desk/web/server.py",),
    "alembic": ("desk/store",),
    "argon2": ("desk",),
    "pebble": ("desk/pool.py",),
}
"""Where each third-party library may be imported."""

HEAVY = [
    "jsonschema_rs",
    "docx",
    "openpyxl",
    "weasyprint",
    "pikepdf",
    "PIL",
    "pi_heif",
    "jinja2",
    "lxml",
    "holidays",
    "opencc",
    "rich",
    "python_calamine",
    "xlrd",
    "msoffcrypto",
    "uharfbuzz",
    "resvg_py",
    "typst",
    "duckdb",
    "sqlalchemy",
    "psycopg",
    "ibis",
    "icalendar",
    "pypinyin",
    "sqlglot",
    "starlette",
    "uvicorn",
    "alembic",
    "argon2",
    "pebble",
]


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(module: str) -> str:
    """Return the part of the package that a dotted name belongs to: generator.writers.opc is of writers."""
    return ([*module.split("."), "", ""])[1]


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that a file imports, wherever in the file; a name from a package whole."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            if node.module == "generator":
                yield from (f"generator.{alias.name}" for alias in node.names if not alias.name.startswith("__"))
            else:
                yield node.module or ""


def strings(path: Path) -> Iterator[str]:
    """Yield every string of a file's code; docstrings are not code."""
    tree = tree_of(path)
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def is_on(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == home or name.startswith(f"{home}/") for home in homes)


def against_the_direction(path: Path) -> set[str]:
    """Return the parts that a file imports and may not."""
    own = name_of(path).removesuffix(".py").split("/")[0]
    parts = {part_of(module) for module in imports(path) if module.split(".")[0] == "generator"} - {"", own}
    return (parts - MAY_IMPORT.get(own, parts)) | (parts & ABOVE.get(own, set()))


def test_imports_go_in_one_direction() -> None:
    assert {name_of(path): found for path in files() if (found := against_the_direction(path))} == {}


def test_the_direction_has_no_way_round() -> None:
    reached: dict[str, set[str]] = {}
    for part, below in MAY_IMPORT.items():
        assert below <= set(reached), f"{part} may import what isn't below it"
        reached[part] = below


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {name_of(path).removesuffix(".py").split("/")[0] for path in files()} - {"__init__", "__main__"}
    assert parts == set(MAY_IMPORT)


def astray(path: Path) -> list[str]:
    """Return the libraries that a file imports outside their place."""
    name = name_of(path)
    return [module for module in imports(path) if not is_on(name, HOMES.get(module.split(".")[0], (name,)))]


def test_a_library_is_imported_in_its_own_place_only() -> None:
    assert {name_of(path): found for path in files() if (found := astray(path))} == {}


def test_every_library_that_is_imported_has_a_home() -> None:
    known = {*sys.stdlib_module_names, *HOMES, "generator", "platformdirs"}
    imported = {name_of(path): {module.split(".")[0] for module in imports(path)} for path in files()}
    assert {name: found - known for name, found in imported.items() if found - known} == {}


def test_no_private_name_is_taken_from_another_module() -> None:
    taken = ((name_of(path), name) for path in files() for name in names_imported_from_the_package(path))
    assert [(path, name) for path, name in taken if is_private(name)] == []


def names_imported_from_the_package(path: Path) -> Iterator[str]:
    """Yield every name, of a module or from within one, by which a file imports from the package."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "generator":
            yield from (alias.name for alias in node.names)
    yield from (name for module in imports(path) if module.startswith("generator.") for name in module.split("."))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_writers_know_one_another_only_through_what_they_share() -> None:
    for format in SHIPPED:
        for path in (PACKAGE / "writers" / format).rglob("*.py"):
            others = {f"generator.writers.{other}" for other in SHIPPED if other != format}
            assert not [module for module in imports(path) for other in others if f"{module}.".startswith(f"{other}.")]


def test_what_writers_share_knows_no_writer() -> None:
    for path in (PACKAGE / "writers").glob("*.py"):
        formats = {f"generator.writers.{format}" for format in SHIPPED}
        assert not [module for module in imports(path) for format in formats if f"{module}.".startswith(f"{format}.")]


def test_writers_never_ask_what_a_document_is_for() -> None:
    """What a box is for is decided when the document is composed; only the writers' own examiner looks at it."""
    for path in (PACKAGE / "writers").rglob("*.py"):
        if "conformance" not in path.parts:
            asked = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
            assert not asked & {"purpose", "is_blank"}, path


def test_the_document_model_reads_and_writes_nothing() -> None:
    paths = sorted((PACKAGE / "document").rglob("*.py"))
    assert paths
    for path in paths:
        beside = {f"generator.document.{other.stem}" for other in paths}
        assert set(imports(path)) - beside <= {
            "abc",
            "collections.abc",
            "dataclasses",
            "enum",
            "functools",
            "itertools",
            "math",
            "string",
            "typing",
            "generator.errors",
            "generator.kinds",
            "generator.paper",
            "generator.profile",
            "generator.text_measure",
            "generator.theme",
            "generator.units",
            "generator.wording",
        }
        called = {
            node.func.id
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"open", "print", "input", "eval", "exec", "__import__"}


def compared(tree: ast.AST) -> Iterator[str]:
    """Yield every string that something is compared with, by `==`, `in` or `match`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
        elif isinstance(node, ast.MatchValue):
            sides = (node.value,)
        else:
            continue
        for side in sides:
            members = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else (side,)
            yield from (m.value for m in members if isinstance(m, ast.Constant) and isinstance(m.value, str))


def test_no_code_asks_which_format_it_is() -> None:
    asking = {name_of(path) for path in files() if set(compared(tree_of(path))) & set(SHIPPED)}
    assert asking <= {"writers/__init__.py"}


@pytest.mark.parametrize("folder", ["generator", "samples", "benchmarks"])
def test_no_code_names_a_form_of_the_catalogue(folder: str) -> None:
    ids = {form.id for form in Catalogue(())}
    assert len(ids) > 50
    found = sorted((PACKAGE.parent / folder).rglob("*.py"))
    assert found
    assert not [(path.name, text) for path in found for text in strings(path) for form in ids if form in text]


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    script = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    ["import generator", "import generator.cli.program", "import generator.cli", "import generator.document"],
)
def test_starting_up_loads_nothing_heavy(statement: str) -> None:
    assert not loaded_by(statement) & set(HEAVY)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_writer_does_not_load_the_libraries_of_the_others(format: str) -> None:
    foreign = {"docx": {"openpyxl", "weasyprint"}, "xlsx": {"docx", "weasyprint"}}[format]
    assert not loaded_by(f"from generator.writers import writer; writer({format!r})") & foreign


def test_every_public_name_of_the_package_is_there() -> None:
    import generator

    assert all(getattr(generator, name) is not None for name in generator.__all__)
    with pytest.raises(AttributeError):
        _ = generator.no_such_name
