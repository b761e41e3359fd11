"""`biaodan eject`: a form copied whole, for a desk that wants all of it."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.own import catalogue, configuration, write_own


@localized_command("eject")
@click.argument("form")
@click.option("-o", "--out", metavar="DIR", help=message("eject.out"))
def eject(form: str, out: str | None) -> None:
    """Write a form's schema and templates."""
    from generator.catalogue.own import copied

    known = catalogue()
    write_own(copied(known.form(form), known), out or str(configuration().forms or "."))
