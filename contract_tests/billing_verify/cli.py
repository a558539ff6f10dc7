"""The command `billing-verify`: the contract tests against one deployment.

It runs pytest so that nothing of the folder it is called from has an effect: no configuration, no
conftest, no plugins but the ones named here. It leaves no file behind that was not asked for.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from billing_contract import __version__, load_contract
from billing_contract.streams import discard_output, open_closed_streams
from billing_verify.config.options import ALL_OPTIONS, Options
from billing_verify.config.secrets import secrets_of
from billing_verify.config.settings import (
    NO_FILE,
    TABLE,
    SettingsFile,
    make_options,
    read_settings,
)
from billing_verify.errors import SettingsError
from billing_verify.printable import Printable
from billing_verify.results.internal_error import describe_internal_error
from billing_verify.results.verdicts import Exit
from billing_verify.run.pytest_run import run_pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_verify.config.option import Option


def _python_name(option: Option) -> str:
    return option.name.replace("-", "_")


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(ALL_OPTIONS):
        default = f" [default: {option.default}]" if option.default else ""
        command = click.option(
            f"--{option.name}",
            _python_name(option),
            is_flag=option.kind == "flag",
            multiple=option.kind == "list",
            metavar=option.metavar if option.kind != "flag" else None,
            type=click.Choice(option.choices) if option.choices else None,
            help=f"{option.help}{default}",
        )(command)
    return command


@click.command(context_settings={"max_content_width": 100})
@click.argument("url", required=False)
@_with_options
@click.option(
    "--junit",
    metavar="FILE",
    help="Write the outcome of every test for CI (JUnit XML).",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"TOML file with settings; without it [tool.{TABLE}] of the pyproject.toml in this folder counts.",
)
@click.option("--seed", type=int, help="Generate the same requests as an earlier run.")
@click.option(
    "--verbose",
    is_flag=True,
    help="Print every failed test and every clause too, not the causes and the verdict alone.",
)
@click.option(
    "--list", "list_clauses", is_flag=True, help="Print the clauses and stop."
)
@click.version_option(__version__, prog_name="billing-verify")
def main(url: str | None, **given: Any) -> None:
    """Verify that the billing service at URL keeps the contract, clause by clause.

    The key of the deployment is read from the environment variable BILLING_SERVICE_TOKEN. Money
    to spend comes from the accounts named with --account, or from a hook; a billing-mock needs
    neither.

    Exit status: 0 conforms, and every must clause was tested whole; 1 a must clause is broken;
    2 could not judge; 3 nothing is broken, but not everything was tested.
    """
    if "stdout" in open_closed_streams():
        raise click.UsageError(
            "standard output is closed, so that no verdict could be read; send it to a file, or to /dev/null"
        )
    if given["list_clauses"]:
        _exit(_list_clauses)
    if not url:
        raise click.UsageError(
            "name the deployment: billing-verify URL, such as http://localhost:8001"
        )
    _refuse_without_packages()
    _refuse_unwritable(given)
    try:
        options = _options(url, given)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    junit = Path(given["junit"]).absolute() if given["junit"] else None
    arguments, verbose = _pytest_arguments(given), given["verbose"]
    run = partial(run_pytest, options, arguments, junit, verbose=verbose)
    _exit(partial(_without_traceback, run, options))


def _refuse_without_packages() -> None:
    missing = [
        name
        for name in ("pytest", "hypothesis", "schemathesis")
        if find_spec(name) is None
    ]
    if missing:
        raise click.UsageError(
            f"the suite needs {', '.join(missing)}, which the mock does not; "
            "install them with: pip install 'billing-contract[verify]'"
        )


def _refuse_unwritable(given: dict[str, Any]) -> None:
    for name in ("badge", "html", "json", "junit", "observed", "summary"):
        file = Path(given[name]) if given[name] else None
        if file is not None and (file.is_dir() or not os.access(file.parent, os.W_OK)):
            raise click.UsageError(
                f"--{name} {file}: cannot be written; name a file in a folder that is there"
            )


def _options(url: str, given: dict[str, Any]) -> Options:
    """Return what the command line and the settings file ask for. Raises SettingsError."""
    file = _settings_file(given["config"])
    on_the_line: dict[str, Any] = {}
    for option in ALL_OPTIONS:
        value = given[_python_name(option)]
        if option.kind in {"flag", "list"}:
            value = value or None  # click has False and () for what is not given
        elif option.kind == "file" and value:
            value = str(Path(value).absolute())
        on_the_line[option.name] = value
    return make_options(url, on_the_line, file.values, file.deviations)


def _settings_file(named: Path | None) -> SettingsFile:
    """Return the named settings file, else this folder's pyproject.toml where it has our table."""
    path = named or Path("pyproject.toml")
    if named is None and not path.is_file():
        return NO_FILE
    file = read_settings(path)
    if named or file.values or file.deviations:
        click.echo(f"settings: {path}")
    return file


def _pytest_arguments(given: dict[str, Any]) -> list[str]:
    """Return what is an option of pytest and its plugins, not of the suite."""
    arguments: list[str] = []
    if given["seed"] is not None:
        arguments += ["--hypothesis-seed", str(given["seed"])]
    return arguments


def _without_traceback(run: Callable[[], int], options: Options) -> int:
    """Return what a function returns. An error other than OSError is printed in a sentence: a traceback may hold a secret."""
    try:
        return run()
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  whatever the suite itself does wrong
        sentence = describe_internal_error(error)
        click.echo(Printable(secrets_of(options)).text(sentence), err=True)
        return Exit.COULD_NOT_JUDGE


def _exit(run: Callable[[], int]) -> NoReturn:
    """End with the exit status that a function returns, or that of no verdict where it cannot print or write.

    The disk may be full, or the reader of standard output gone: neither is the service's fault.
    """
    status: int = Exit.COULD_NOT_JUDGE
    try:
        status = run()
        sys.stdout.flush()
    except OSError as error:
        discard_output()
        reason = f"the run could not be recorded: {error.strerror or error}"
        click.echo(f"Could not judge: {reason}", err=True)
        status = status if status == Exit.BROKEN else Exit.COULD_NOT_JUDGE
    sys.exit(status)


def _list_clauses() -> int:
    for clause in load_contract().clauses.values():
        mark = " (provisional)" if clause.provisional else ""
        click.echo(f"{clause.level:<6} {clause.id:<26} {clause.text}{mark}")
    return Exit.CONFORMS
