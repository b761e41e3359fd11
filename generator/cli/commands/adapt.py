"""`biaodan adapt`: the beginning of a file of changes to a form."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.own import catalogue, configuration, write_own


@localized_command("adapt")
@click.argument("form")
@click.option("-o", "--out", metavar="DIR", help=message("eject.out"))
def adapt(form: str, out: str | None) -> None:
    """Write a file of changes that changes nothing yet."""
    from generator.catalogue.own import begun

    known = catalogue()
    write_own(begun(known.form(form), known, message("adapt.said")), out or str(configuration().forms or "."))
