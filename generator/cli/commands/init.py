"""`biaodan init`: the settings of a desk, begun."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypedDict, Unpack

import click

from generator.cli.localized import localized_command
from generator.cli.messages import fault_lang, message
from generator.cli.telling import say_written
from generator.errors import Fault, Place, SchemaError, UsageError, fail
from generator.files import Write, is_there, require_file, write_together
from generator.profile import Mark


class InitOptions(TypedDict):
    """What `biaodan init` is told of an organisation."""

    name: str | None
    name_en: str | None
    address: str | None
    address_en: str | None
    phone: str | None
    email: str | None
    website: str | None
    footer: str | None
    logo: str | None
    seal: str | None


@localized_command("init")
@click.argument("folder", metavar="[DIR]", default=".")
@click.option("--name", metavar="TEXT", help=message("init.name"))
@click.option("--name-en", metavar="TEXT", help=message("init.name_en"))
@click.option("--address", metavar="TEXT", help=message("init.address"))
@click.option("--address-en", metavar="TEXT", help=message("init.address_en"))
@click.option("--phone", metavar="TEXT", help=message("init.phone"))
@click.option("--email", metavar="TEXT", help=message("init.email"))
@click.option("--website", metavar="TEXT", help=message("init.website"))
@click.option("--footer", metavar="TEXT", help=message("init.footer"))
@click.option("--logo", metavar="FILE", help=message("init.logo"))
@click.option("--seal", metavar="FILE", help=message("init.seal"))
def init(folder: str, **options: Unpack[InitOptions]) -> None:
    """Write the settings of a desk, and the pictures that they name beside them."""
    from generator.configuration import CONFIG_NAME
    from generator.configuration.starter import starter

    path = Path(folder) / CONFIG_NAME
    if is_there(path):
        raise fail(UsageError, "E-init-there", Place(str(path)))
    marks = _marks(options)
    texts = {key: dict(_by_language(key, options)) for key in ("name", "address", "footer")}
    plain = {key: text for key in ("phone", "email", "website") if (text := _given(options, key))}
    pictures = {key: f"{key}.{mark.format}" for key, mark in marks.items()}
    content = starter(fault_lang(), {**{k: v for k, v in texts.items() if v}, **plain, **pictures})
    _require_sound(content, CONFIG_NAME)
    copied = [key for key in marks if not _is_same(Path(_given(options, key)), path.with_name(pictures[key]))]
    files = [(path, content.encode()), *((path.with_name(pictures[key]), marks[key].content) for key in copied)]
    write_together([(place, _writes(made)) for place, made in files], replace=False)
    for place, _ in files:
        say_written(place)


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file, as where a picture lies beside the settings already."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _given(options: InitOptions, key: str) -> str:
    value = options.get(key)
    return value.strip() if isinstance(value, str) else ""


def _by_language(key: str, options: InitOptions) -> Iterator[tuple[str, str]]:
    """Yield a text by language, Chinese first; one that is known in English alone stands for both."""
    chinese, english = _given(options, key), _given(options, f"{key}_en")
    if chinese or english:
        yield "zh-Hans", chinese or english
    if english:
        yield "en", english


def _marks(options: InitOptions) -> dict[str, Mark]:
    """Return the pictures that are named, looked through; raises with the faults of all of them."""
    from generator.configuration.marks import Refused, read_mark

    found, faults = dict[str, Mark](), list[Fault]()
    for key in ("logo", "seal"):
        if name := _given(options, key):
            try:
                found[key] = read_mark(require_file(name))
            except Refused as refused:
                faults.append(Fault(refused.code, Place(name), refused.params))
            except UsageError as error:
                faults += error.faults
    if faults:
        raise UsageError(faults)
    return found


def _require_sound(content: str, name: str) -> None:
    """Raise SchemaError for what was given and no settings can hold."""
    from generator.configuration.shape import faults_of_table
    from generator.theme import parsed_toml

    if faults := list(faults_of_table(parsed_toml(content, name), name)):
        lines = {
            fault.place.pointer: re.sub(r"^/organisation/|^/paper/", "--", fault.place.pointer) for fault in faults
        }
        raise SchemaError(Fault(f.code, Place(lines[f.place.pointer].split("/")[0]), f.params) for f in faults)


def _writes(content: bytes) -> Write:
    def write(file: BinaryIO) -> None:
        file.write(content)

    return write
