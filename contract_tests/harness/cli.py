"""The command `billing-verify`: the contract tests against one deployment.

A thin face over pytest, which sees nothing of the folder it is called from: no configuration, no
conftest, no plugins but the ones named here, and it leaves no file behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from billing_contract import __version__, load_contract
from contract_tests.harness.options import DEFAULT_BUDGET
from contract_tests.harness.profiles import PROFILES
from contract_tests.harness.target import KEY_VARIABLE
from contract_tests.harness.verdicts import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

_TESTS = Path(__file__).parent.parent
_PLUGINS = (
    "contract_tests.harness.plugin",
    "schemathesis.pytest.plugin",
    "_hypothesis_pytestplugin",
)


@click.command(context_settings={"max_content_width": 100})
@click.argument("url", required=False)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="USER_ID",
    help="Funded account to debit; repeatable.",
)
@click.option(
    "--budget",
    default=DEFAULT_BUDGET,
    show_default=True,
    metavar="UNITS",
    help="The most that the run may take from the named accounts.",
)
@click.option(
    "--profile",
    default="standard",
    show_default=True,
    type=click.Choice(list(PROFILES)),
    help="How hard to look: quick is a smoke check.",
)
@click.option("--strict", is_flag=True, help="Fail for a broken should clause too.")
@click.option(
    "--provisional",
    is_flag=True,
    help="Also test the provisional operations, credit and plan/apply.",
)
@click.option(
    "--plan-id",
    default="base750",
    show_default=True,
    help="Plan that the deployment can apply.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File with the key; without it the environment variable {KEY_VARIABLE} counts.",
)
@click.option("--seed", type=int, help="Generate the same requests as an earlier run.")
@click.option(
    "--clause",
    "clauses",
    multiple=True,
    metavar="ID",
    help="Test only this clause; repeatable.",
)
@click.option(
    "--list", "list_clauses", is_flag=True, help="Print the clauses and stop."
)
@click.version_option(__version__, prog_name="billing-verify")
def main(**given: Any) -> None:
    """Verify that the billing service at URL keeps the contract, clause by clause.

    The key of the deployment is read from the environment variable BILLING_SERVICE_TOKEN.
    Money to spend comes from the accounts named with --account; a billing-mock needs none.

    Exit status: 0 conforms, 1 a must clause is broken, 2 could not judge.
    """
    if given["list_clauses"]:
        _list_clauses()
        return
    if not given["url"]:
        raise click.UsageError(
            "name the deployment: billing-verify URL, such as http://localhost:8001"
        )
    _check_clauses(given["clauses"])
    if given["key_file"]:
        os.environ[KEY_VARIABLE] = _read_key(given["key_file"])
    sys.exit(_run(_arguments(given)))


def _arguments(given: dict[str, Any]) -> list[str]:
    arguments = [
        "--billing-url",
        given["url"],
        "--budget",
        given["budget"],
        "--profile",
        given["profile"],
    ]
    arguments += ["--plan-id", given["plan_id"]]
    for option, chosen in (
        ("--billing-strict", given["strict"]),
        ("--provisional", given["provisional"]),
    ):
        arguments += [option] if chosen else []
    for account in given["accounts"]:
        arguments += ["--account", account]
    for clause in given["clauses"]:
        arguments += ["--clause", clause]
    if given["seed"] is not None:
        arguments += ["--hypothesis-seed", str(given["seed"])]
    return arguments


def _run(arguments: Sequence[str]) -> int:
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory(prefix="billing-verify-") as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        import pytest  # noqa: PLC0415  only now does the environment say what pytest may load

        plugins = [word for plugin in _PLUGINS for word in ("-p", plugin)]
        quiet = ["-q", "-p", "no:cacheprovider", "--noconftest"]
        place = [
            "-c",
            str(_TESTS / "harness" / "verify.ini"),
            "--rootdir",
            str(_TESTS),
            str(_TESTS),
        ]
        status = pytest.main([*plugins, *quiet, *place, *arguments])
    if status in set(Exit):
        return int(status)
    click.echo(
        "Could not judge: no test was run, or the suite itself failed; see above.",
        err=True,
    )
    return Exit.COULD_NOT_JUDGE


def _list_clauses() -> None:
    for clause in load_contract().clauses.values():
        mark = " (provisional)" if clause.provisional else ""
        click.echo(f"{clause.level:<6} {clause.id:<26} {clause.text}{mark}")


def _check_clauses(ids: Sequence[str]) -> None:
    for each in ids:
        if each not in load_contract().clauses:
            raise click.UsageError(
                f"{each!r} is no clause; billing-verify --list prints them"
            )


def _read_key(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--key-file {file}: cannot be read: {error}") from error
