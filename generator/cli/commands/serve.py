"""`biaodan serve`: the desk, a page in the browser where forms are filled in, seen and taken."""

from __future__ import annotations

import click

from generator.cli.arguments import existing_files
from generator.cli.keeping import data_of, data_option
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import lang_option, policy_option
from generator.wording import Lang

PORT = 8770


@localized_command("serve")
@click.option("--port", type=click.IntRange(1, 65_535), default=PORT, show_default=True, help=message("serve.port"))
@click.option("--host", default="127.0.0.1", show_default=True, help=message("serve.host"))
@click.option("--name", "names", multiple=True, metavar="HOST", help=message("serve.name"))
@data_option
@click.option("--open", "opens", is_flag=True, help=message("serve.open"))
@lang_option
@policy_option
def serve(
    port: int, host: str, names: tuple[str, ...], data: str, opens: bool, lang: Lang, policy: tuple[str, ...]
) -> None:
    """Serve the desk."""
    from generator.cli.own import numbers, own
    from generator.desk.office import Setup
    from generator.desk.web.server import Where
    from generator.desk.web.server import serve as run

    settings = own().path
    numbers(keeps=False)  # what is wrong with the settings is told before anything runs
    setup = Setup(str(settings.absolute()) if settings else "", tuple(str(path) for path in existing_files(policy)))

    def ready(address: str) -> None:
        click.echo(address)
        if opens:
            click.launch(address)

    run(Where(host, port, names), setup, data_of(data), ready)
