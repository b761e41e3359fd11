"""Print what the writer of a format drops: `python -m generator.writers.conformance FORMAT`."""

import click

from generator.errors import UsageError
from generator.writers import writer
from generator.writers.conformance import missing


@click.command()
@click.argument("format")
@click.pass_context
def main(context: click.Context, format: str) -> None:
    """Print what the writer of FORMAT drops of the specimen, a line each; exit with 1 where something is missing."""
    try:
        lost = missing(writer(format))
    except (UsageError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    for one in lost:
        click.echo(str(one))
    click.echo(f"{format}: {len(lost)} missing", err=True)
    context.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
