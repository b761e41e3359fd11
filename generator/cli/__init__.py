"""The command line: click only here, and thin. What it does lies in `generator.api`; this module starts it.

`program` lists the commands, `commands` has a file for each, `options` the options that several of them share.
"""

import os
import sys

from generator.cli.messages import fault_lang, message
from generator.errors import BiaodanError, Fault


def main() -> None:
    """Run the command line and end the process with its exit code; no traceback reaches a user."""
    import click

    from generator.cli.program import program

    _write_utf8()
    try:
        code = program.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(message("say.interrupted"), err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except BiaodanError as error:
        from generator.cli.faults import print_faults

        print_faults(error.faults, fault_lang())
        code = error.exit_code
    except Exception as error:  # the last resort: a fault of ours, told in one line
        if os.environ.get("BIAODAN_DEBUG"):
            raise
        click.echo(Fault("E-internal", params={"what": type(error).__name__}).text(fault_lang()), err=True)
        code = 1
    sys.exit(code or 0)


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale: paths and titles are Chinese, and LANG=C is what cron has."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="backslashreplace")
