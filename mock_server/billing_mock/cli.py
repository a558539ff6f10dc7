"""The command `billing-mock`: run the mock in a process of its own, or print the contract."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from billing_contract import ContractError, __version__, load_contract
from billing_contract.deviations import DEVIATIONS, DeviationError
from billing_contract.specification import Form, render_specification
from billing_mock.config.choices import ChoiceError, Choices
from billing_mock.config.deviations import Deviations
from billing_mock.config.files import read_accounts, read_faults
from billing_mock.config.likeness import Likeness
from billing_mock.config.settings import PUBLIC_KEY, Settings, SettingsError
from billing_mock.config.yaml_entries import SettingsFileError
from billing_mock.fetching import HistoryError, fetch_history
from billing_mock.ledger.account import DOCUMENT_ACCOUNTS, Account
from billing_mock.servers.listening import Address, AddressError, address_of, listen
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
        contract = load_contract()
        key, key_source = _read_key(options["key_file"])
        like = Likeness.read(contract, options["like"]) if options["like"] else None
        choices = Choices.parse(
            contract, options["choices"], observed=like.choices if like else {}
        )
        copied = like.deviations.texts if like else ()
        deviations = Deviations((*copied, *options["deviations"]))
        accounts = _read_accounts(options["accounts_file"])
        faults = read_faults(options["faults_file"]) if options["faults_file"] else ()
        listening = listen(options["host"], options["port"])
        address = address_of(listening)
        settings = Settings(
            key=key,
            choices=choices,
            accounts=accounts,
            faults=faults,
            open_control_plane=address.is_loopback,
            deviations=deviations,
            upstream=_check_upstream(options, address),
        )
    except (
        AddressError,
        ChoiceError,
        ContractError,
        DeviationError,
        SettingsError,
        SettingsFileError,
    ) as error:
        raise click.UsageError(str(error)) from error
    serve(
        settings,
        listening,
        on_ready=lambda: click.echo(
            startup_message(settings, address, key_source, like)
        ),
    )


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
        lines, left_out = fetch_history(url, _read_key(None)[0])
    except HistoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(lines, nl=False)
    if left_out:
        click.echo(
            f"{left_out} accounts are left out: a history has no credits, and no amounts beyond 60 digits",
            err=True,
        )


def _read_key(file: Path | None) -> tuple[str, str]:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip(), f"from the file {file}"
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"--key-file {file}: cannot be read: {error}"
            ) from error
    token = os.environ.get("BILLING_SERVICE_TOKEN")
    return (token, "from BILLING_SERVICE_TOKEN") if token else (PUBLIC_KEY, PUBLIC_KEY)


def _check_upstream(options: dict[str, Any], address: Address) -> str | None:
    url: str | None = options["upstream"]
    if url is None:
        return None
    for name in ("accounts", "like", "choice", "deviation"):
        if any(options.get(form) for form in (name, f"{name}s", f"{name}_file")):
            raise SettingsError(
                f"--upstream: the deployment answers, so --{name} has no effect; leave it out"
            )
    if url.rstrip("/") == address.url:
        raise SettingsError("--upstream: the mock cannot stand in front of itself")
    return url.rstrip("/")


def _read_accounts(file: Path | None) -> tuple[Account, ...]:
    return (
        DOCUMENT_ACCOUNTS
        if file is None
        else read_accounts(file, now=datetime.now(UTC))
    )
