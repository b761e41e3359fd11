"""`biaodan user`: who may log in to a desk, as what."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from generator.cli.keeping import data_option, new_password, store_of
from generator.cli.localized import localized_command, localized_group
from generator.cli.messages import json_text, message
from generator.cli.options import json_option, lang_option
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.desk.store import Store

ROLES = ("reader", "writer", "admin")
role_choice = click.Choice(ROLES)


@localized_command("add", wording="user_add")
@click.argument("name")
@click.option("--role", type=role_choice, default="writer", show_default=True, help=message("user.role"))
@data_option
@lang_option
def add(name: str, role: str, data: str, lang: Lang) -> None:
    """Put in a new user."""
    from generator.desk import passwords
    from generator.desk.store import users

    with store_of(data) as store:
        kept = passwords.user_name(name)
        users.add(store, kept, role, passwords.kept(new_password(), kept))
        _note(store, "user-add", kept, role)
        click.echo(kept)


@localized_command("list", wording="user_list")
@data_option
@lang_option
@json_option
def list_users(data: str, lang: Lang, as_json: bool) -> None:
    """Print all users."""
    from generator.desk.store import users

    with store_of(data) as store:
        found = users.listed(store)
    if as_json:
        told = [{"name": u.name, "role": u.role, "is_off": u.is_off, "created_at": u.created_at} for u in found]
        click.echo(json_text(told, indent=2))
        return
    for user in found:
        state = message("user.is_off", lang) if user.is_off else ""
        click.echo("\t".join(filter(None, [user.name, user.role, state])))


def _changed(data: str, name: str, what: str, role: str | None = None) -> None:
    from generator.desk import passwords
    from generator.desk.store import users

    with store_of(data) as store:
        kept = passwords.user_name(name)
        if what == "password":
            users.change(store, kept, password=passwords.kept(new_password(), kept))
        elif what == "role":
            users.change(store, kept, role=role)
        else:
            users.change(store, kept, is_off=what == "off")
        _note(store, "user-change", kept, role or what)
        click.echo(kept)


def _note(store: Store, action: str, *told: str) -> None:
    """Write into the desk's log what was done here, by whose account of this machine."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "?"
    store.note(f"{account} (biaodan user)", action, detail=" · ".join(told))


@localized_command("off", wording="user_off")
@click.argument("name")
@data_option
@lang_option
def off(name: str, data: str, lang: Lang) -> None:
    """Let a user log in no more."""
    _changed(data, name, "off")


@localized_command("on", wording="user_on")
@click.argument("name")
@data_option
@lang_option
def on(name: str, data: str, lang: Lang) -> None:
    """Let a user log in again."""
    _changed(data, name, "on")


@localized_command("password", wording="user_password")
@click.argument("name")
@data_option
@lang_option
def password(name: str, data: str, lang: Lang) -> None:
    """Give a user a new password."""
    _changed(data, name, "password")


@localized_command("role", wording="user_role")
@click.argument("name")
@click.argument("role", type=role_choice)
@data_option
@lang_option
def role(name: str, role: str, data: str, lang: Lang) -> None:
    """Give a user another role."""
    _changed(data, name, "role", role)


@localized_group("user", (add, list_users, off, on, password, role))
def user() -> None:
    """Look after the users of a desk."""
