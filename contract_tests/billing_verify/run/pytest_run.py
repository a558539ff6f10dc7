"""One run of pytest for the command: nothing of the folder it is called from has an effect."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_verify.results.verdicts import Exit
from billing_verify.run.hypothesis_storage import hypothesis_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.config.options import Options

_HERE = Path(__file__).parent.parent
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


def run_pytest(
    options: Options, arguments: Sequence[str], junit: Path | None, *, verbose: bool
) -> int:
    """Run the contract tests and return the exit status. `junit` is the JUnit file to write, None for none.

    Raises OSError where what pytest needs cannot be written.
    """
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with hypothesis_folder() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder)
        # pytest and Hypothesis read the environment when they are imported.
        import pytest  # noqa: PLC0415

        from billing_verify.run.pytest_options import GivenOptions  # noqa: PLC0415

        plugins = [word for plugin in _PLUGINS for word in ("-p", plugin)]
        plugins += [word for plugin in _UNNEEDED for word in ("-p", f"no:{plugin}")]
        place = [
            "-c",
            str(_HERE / "verify.ini"),
            "--rootdir",
            str(_TESTS),
            str(_TESTS),
        ]
        given = GivenOptions(options, brief=not verbose)
        written = folder / "junit.xml"
        words = ["--junit-xml", str(written)] if junit else []
        status = pytest.main(
            [*_shown(verbose), "--noconftest", *plugins, *place, *words, *arguments],
            plugins=[given],
        )
        problem = _copy(written, junit) if junit else ""
    if problem and given.exit_status != Exit.BROKEN:
        click.echo(f"{problem}\nExit status 2: a report that was asked for is missing")
        return Exit.COULD_NOT_JUDGE
    if given.exit_status is not None:
        return given.exit_status
    if options.plan and status == pytest.ExitCode.OK:
        return Exit.CONFORMS
    click.echo(
        "Could not judge: no test was run, or the suite itself failed; see above.",
        err=True,
    )
    return Exit.COULD_NOT_JUDGE


def _shown(verbose: bool) -> tuple[str, ...]:  # noqa: FBT001  the option as it was given
    """Return what pytest prints of its own: each failed test, or nothing beside our verdict."""
    if verbose:
        return ("-q",)
    return ("-qq", "--tb=no", "-rN", "-o", "console_output_style=classic")


def _copy(written: Path, file: Path) -> str:
    """Copy what pytest wrote to the file that was named. Returns why it could not, empty where it did."""
    try:
        file.write_bytes(written.read_bytes())
    except OSError as error:
        return f"{file}: cannot be written: {error.strerror or error}"
    return ""
