"""The command `billing-verify`: the contract tests against one deployment.

A thin face over pytest, which sees nothing of the folder it is called from: no configuration, no
conftest, no plugins but the ones named here, and it leaves no file behind that was not asked for.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from billing_contract import __version__, load_contract
from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.config.options import CONFIG_OPTION, URL_OPTION
from billing_verify.config.settings import SETTINGS, TABLE, Setting, read_settings
from billing_verify.errors import SettingsError
from billing_verify.results.verdicts import Exit
from billing_verify.run.hypothesis_storage import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HERE = Path(__file__).parent
# The wheel carries the contract tests inside the package; a checkout has them around it.
_TESTS = next(
    folder
    for folder in (_HERE / "contract_tests", _HERE.parent)
    if (folder / "test_idempotency.py").is_file()
)
_UNNEEDED = ("cacheprovider", "logging", "threadexception", "unraisableexception")
_PLUGINS = (
    "billing_verify.plugin",
    "schemathesis.pytest.plugin",
    "_hypothesis_pytestplugin",
)


def _python_name(setting: Setting) -> str:
    return setting.name.replace("-", "_")


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for setting in reversed(SETTINGS):
        default = f" [default: {setting.default}]" if setting.default else ""
        command = click.option(
            f"--{setting.name}",
            _python_name(setting),
            is_flag=setting.kind == "flag",
            multiple=setting.kind == "list",
            metavar=setting.metavar if setting.kind != "flag" else None,
            type=click.Choice(setting.choices) if setting.choices else None,
            help=f"{setting.help}{default}",
        )(command)
    return command


@click.command(context_settings={"max_content_width": 100})
@click.argument("url", required=False)
@_with_settings
@click.option(
    "--junit",
    metavar="FILE",
    help="Write the outcome of every test for CI (JUnit XML).",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File with the key; without it the environment variable {KEY_VARIABLE} counts.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"TOML file with settings; without it [tool.{TABLE}] of the pyproject.toml in this folder counts.",
)
@click.option("--seed", type=int, help="Generate the same requests as an earlier run.")
@click.option(
    "--list", "list_clauses", is_flag=True, help="Print the clauses and stop."
)
@click.version_option(__version__, prog_name="billing-verify")
def main(url: str | None, **given: Any) -> None:
    """Verify that the billing service at URL keeps the contract, clause by clause.

    The key of the deployment is read from the environment variable BILLING_SERVICE_TOKEN. Money
    to spend comes from the accounts named with --account, or from a hook; a billing-mock needs
    neither.

    Exit status: 0 conforms, 1 a must clause is broken, 2 could not judge.
    """
    if given["list_clauses"]:
        _list_clauses()
        return
    if not url:
        raise click.UsageError(
            "name the deployment: billing-verify URL, such as http://localhost:8001"
        )
    _refuse_without_packages()
    _refuse_unwritable(given)
    if given["key_file"]:
        os.environ[KEY_VARIABLE] = _read_key(given["key_file"])
    sys.exit(_run([URL_OPTION, url, *_config(given["config"]), *_arguments(given)]))


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
    for name in ("html", "json", "junit", "observed"):
        file = Path(given[name]) if given[name] else None
        if file is not None and (file.is_dir() or not os.access(file.parent, os.W_OK)):
            raise click.UsageError(
                f"--{name} {file}: cannot be written; name a file in a folder that is there"
            )


def _arguments(given: dict[str, Any]) -> list[str]:
    arguments: list[str] = []
    for setting in SETTINGS:
        value = given[_python_name(setting)]
        option = f"--billing-{setting.name}"
        match setting.kind:
            case "flag":
                arguments += [option] if value else []
            case "list":
                arguments += [word for each in value for word in (option, each)]
            case "file":
                arguments += [option, str(Path(value).absolute())] if value else []
            case _:
                arguments += [option, value] if value is not None else []
    if given["junit"]:
        arguments += ["--junit-xml", str(Path(given["junit"]).absolute())]
    return arguments + (
        ["--hypothesis-seed", str(given["seed"])] if given["seed"] is not None else []
    )


def _config(named: Path | None) -> list[str]:
    """The settings file: the one that was named, else this folder's pyproject.toml where it has our table."""
    here = Path("pyproject.toml")
    try:
        if named is None and here.is_file():
            file = read_settings(here)
            named = here if file.values or file.deviations else None
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    if named is None:
        return []
    click.echo(f"settings: {named}")
    return [CONFIG_OPTION, str(named.absolute())]


def _run(arguments: Sequence[str]) -> int:
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with scratch() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder)
        import pytest  # noqa: PLC0415  only now does the environment say what pytest may load

        plugins = [word for plugin in _PLUGINS for word in ("-p", plugin)]
        plugins += [word for plugin in _UNNEEDED for word in ("-p", f"no:{plugin}")]
        place = [
            "-c",
            str(_HERE / "verify.ini"),
            "--rootdir",
            str(_TESTS),
            str(_TESTS),
        ]
        status = pytest.main(["-q", "--noconftest", *plugins, *place, *arguments])
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


def _read_key(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--key-file {file}: cannot be read: {error}") from error
