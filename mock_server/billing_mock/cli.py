"""The command `billing-mock`: run the mock in a process of its own, or print the contract."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from billing_contract import ContractError, __version__, load_contract
from billing_contract.deviations import DEVIATIONS, DeviationError
from billing_contract.specification import Form, render_specification
from billing_mock.command_settings import (
    read_key,
    read_likeness,
    settings_at,
    settings_of,
    take_settings_file,
)
from billing_mock.config.choices import ChoiceError
from billing_mock.config.settings import PUBLIC_KEY, SettingsError
from billing_mock.config.settings_file import (
    TABLE,
)
from billing_mock.config.yaml_entries import SettingsFileError
from billing_mock.fetching import HistoryError, fetch_history
from billing_mock.json_log import JsonLog
from billing_mock.servers.listening import AddressError, address_of, listen
from billing_mock.servers.serving import serve
from billing_mock.startup import startup_message

DEFAULT_PORT = 8001


class _CommandWithChoices(click.Group):
    """A command whose help ends with the open choices of the contract."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Open choices, the default first"):
            formatter.write_dl(
                [
                    (
                        choice.id,
                        ", ".join(
                            sorted(
                                choice.option_ids,
                                key=lambda each: each != choice.default,
                            )
                        ),
                    )
                    for choice in load_contract().open_choices.values()
                ]
            )
        with formatter.section("Deviations from the contract"):
            formatter.write_dl([(each.form, each.text) for each in DEVIATIONS.values()])
        super().format_epilog(ctx, formatter)


@click.group(
    cls=_CommandWithChoices,
    context_settings={"max_content_width": 100},
    invoke_without_command=True,
    subcommand_metavar="[COMMAND [ARGS]...]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="BILLING_MOCK_HOST",
    help="Address to listen on.",
)
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    envvar="BILLING_MOCK_PORT",
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BILLING_MOCK_KEY_FILE",
    help=f"File with the key that X-Internal-Key must hold. Without it the environment variable "
    f"BILLING_SERVICE_TOKEN counts, and without that the document's {PUBLIC_KEY}.",
)
@click.option(
    "--accounts",
    "accounts_file",
    type=click.Path(path_type=Path),
    envvar="BILLING_MOCK_ACCOUNTS",
    help="YAML file of the accounts to start with, in place of the document's two.",
)
@click.option(
    "--faults",
    "faults_file",
    type=click.Path(path_type=Path),
    envvar="BILLING_MOCK_FAULTS",
    help="YAML file of the faults to start with; docs/mock.md lists the kinds.",
)
@click.option(
    "--like",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BILLING_MOCK_LIKE",
    help="File written by billing-verify --observed: behave as that deployment does.",
)
@click.option(
    "--choice",
    "choices",
    multiple=True,
    metavar="NAME=OPTION",
    help="How to settle what the document leaves open, such as unknown-user=not-found; repeatable.",
)
@click.option(
    "--deviation",
    "deviations",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="Where to leave the contract as some service does, such as required-field=action; repeatable.",
)
@click.option(
    "--upstream",
    metavar="URL",
    envvar="BILLING_MOCK_UPSTREAM",
    help="Stand in front of this deployment: send requests there, with faults, journal, findings and page around it.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BILLING_MOCK_CONFIG",
    help=f"TOML file with settings; without it [tool.{TABLE}] of the pyproject.toml in this folder counts.",
)
@click.option(
    "--log",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    envvar="BILLING_MOCK_LOG",
    help="Print a greeting, or JSON, one object a line: started, each request, stopped.",
)
@click.version_option(__version__, prog_name="billing-mock")
@click.pass_context
def main(context: click.Context, /, **options: Any) -> None:
    """Run a mock of the billing service, with balances in memory.

    It keeps the billing contract, unless it is told to deviate: what works against it works against
    any conforming service. Stop it with Ctrl-C.
    """
    if context.invoked_subcommand is not None:
        return
    try:
        in_file = take_settings_file(context, options)
        key, key_source = read_key(options["key_file"])
        like = read_likeness(options)
        settings = settings_of(options, in_file, key=key, like=like)
        listening = listen(options["host"], options["port"])
        address = address_of(listening)
        settings = settings_at(settings, address)
    except (
        AddressError,
        ChoiceError,
        ContractError,
        DeviationError,
        SettingsError,
        SettingsFileError,
    ) as error:
        raise click.UsageError(str(error)) from error
    if options["log"] == "json":
        log = JsonLog(settings, partial(click.echo, nl=False))
        serve(
            settings,
            listening,
            on_ready=partial(log.started, address),
            observers=[log.answered],
        )
        log.stopped()
    else:
        message = startup_message(settings, address, key_source, like)
        serve(settings, listening, on_ready=partial(click.echo, message))


@main.command()
@click.option(
    "--format",
    "form",
    default=Form.YAML.value,
    show_default=True,
    type=click.Choice([form.value for form in Form]),
    help="The file as it is, the same as JSON, or its twin in OpenAPI 3.0.3.",
)
def spec(form: str) -> None:
    """Print the contract (OpenAPI) and start no server."""
    try:
        click.echo(render_specification(Form(form)), nl=False)
    except ContractError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("url", default=f"http://127.0.0.1:{DEFAULT_PORT}")
def history(url: str) -> None:
    """Print what the mock at URL has seen as a history for billing-audit.

    The key, which a mock that is open to other machines asks for, comes from BILLING_SERVICE_TOKEN.
    """
    try:
        lines, left_out = fetch_history(url, read_key(None)[0])
    except HistoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(lines, nl=False)
    if left_out:
        click.echo(
            f"{left_out} accounts are left out: a history has no credits, and no amounts beyond 60 digits",
            err=True,
        )
