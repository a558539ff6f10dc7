"""The options of a run in pytest: declared to its parser, and read from it.

Three ways lead to the options. The command billing-verify has made them and hands them over
(GivenOptions). Under plain pytest they are read from its command line, where each is called
--billing-NAME. Where the plugin is named with `-p`, the command's own names work as well.

The value of an option that pytest does not know yet looks like a path to it while it searches for
its configuration, so `--ca-file=FILE` is safer than `--ca-file FILE`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.config.options import ALL_OPTIONS, Options
from billing_verify.config.settings import NO_FILE, make_options, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_verify.config.option import Option

RECORDER = "billing-recorder"
"""The name under which the plugin that decides the exit status is registered."""
OPTIONS = pytest.StashKey[Options]()
BRIEF = pytest.StashKey[bool]()
"""Whether the terminal shows the verdict alone, and no test and no table of clauses."""

_URL = "billing_url"
_CONFIG = "billing_config"
_ACCOUNT = "account"


class GivenOptions:
    """A pytest plugin that hands over options which are made already, and whether to print the verdict alone.

    After the run `exit_status` is that of the verdict, None where pytest ended without one: its own
    exit statuses have other meanings.
    """

    def __init__(self, options: Options, *, brief: bool = False) -> None:
        self._options = options
        self._brief = brief
        self.exit_status: int | None = None

    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Keep the options, and whether to be brief, for the hook pytest_configure of the suite's plugin."""
        early_config.stash[OPTIONS] = self._options
        early_config.stash[BRIEF] = self._brief

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep the exit status that the run's recorder decided on."""
        recorder: Any = config.pluginmanager.get_plugin(RECORDER)
        self.exit_status = recorder.exit_status if recorder else None


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest, each as --billing-NAME, and --account."""
    add: Callable[..., None] = parser.getgroup("billing", "billing contract").addoption
    add(
        "--billing-url",
        dest=_URL,
        metavar="URL",
        help=f"The deployment to verify; its key comes from {KEY_VARIABLE}.",
    )
    add(
        "--billing-config",
        dest=_CONFIG,
        metavar="FILE",
        help="TOML file with settings.",
    )
    for option in ALL_OPTIONS:
        also = ["--account"] if option.name == _ACCOUNT else []
        add(f"--billing-{option.name}", *also, **_arguments(option))


def add_plain_options(parser: pytest.Parser) -> None:
    """Declare the command's own names too, each unless somebody has declared it already.

    To be called when all other plugins and conftest files have declared theirs: argparse refuses
    whoever declares a name second, which would end the run of a user's own tests.
    """
    group = parser.getgroup("billing-plain", "billing contract, short names")
    add: Callable[..., None] = group.addoption
    taken = _taken(parser)
    if "--config" not in taken:
        add(
            "--config",
            dest=_CONFIG,
            metavar="FILE",
            help="The same as --billing-config.",
        )
    if "--seed" not in taken:
        add(
            "--seed",
            dest="hypothesis_seed",
            metavar="N",
            help="The same as --hypothesis-seed.",
        )
    for option in ALL_OPTIONS:
        if option.name != _ACCOUNT and f"--{option.name}" not in taken:
            same = f"The same as --billing-{option.name}."
            add(f"--{option.name}", **{**_arguments(option), "help": same})


def read_options(config: pytest.Config) -> Options:
    """Return the options of the command line and of the settings file that it names.

    Raises SettingsError for a value that cannot be used.
    """
    path = config.getoption(_CONFIG)
    file = read_settings(Path(path)) if path else NO_FILE
    given = {option.name: config.getoption(_dest(option)) for option in ALL_OPTIONS}
    return make_options(config.getoption(_URL), given, file.values, file.deviations)


def _dest(option: Option) -> str:
    return f"billing_{option.name.replace('-', '_')}"


def _arguments(option: Option) -> dict[str, Any]:
    arguments: dict[str, Any] = {"dest": _dest(option), "help": option.help}
    if option.kind == "flag":
        return {**arguments, "action": "store_true", "default": None}
    if option.kind == "list":
        return {**arguments, "action": "append", "metavar": option.metavar}
    return {
        **arguments,
        "metavar": option.metavar,
        "choices": option.choices or None,
    }


def _taken(parser: pytest.Parser) -> set[str]:
    # pytest has no public list of the names that its parser knows.
    groups = (parser._anonymous, *parser._groups)  # noqa: SLF001
    return {
        name for group in groups for option in group.options for name in option.names()
    }
