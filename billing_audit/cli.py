"""`billing-audit`: checks whether some order of single steps explains a recorded history."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_audit.checker.check import STEPS, check_history
from billing_audit.history import History, HistoryError, read_history
from billing_audit.report import Report
from billing_contract import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator


class Exit(IntEnum):
    """The exit statuses of `billing-audit`."""

    EXPLAINED = 0
    BROKEN = 1
    COULD_NOT_CHECK = 2
    INTERRUPTED = 130


class AuditError(click.ClickException):
    """A history that could not be checked; the message gives the reason and what to do."""

    exit_code = Exit.COULD_NOT_CHECK


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("history")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.option(
    "--timeline",
    "drawing",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the first broken account's collision as SVG.",
)
@click.option(
    "--steps",
    metavar="COUNT",
    type=click.IntRange(min=0),
    default=STEPS,
    show_default=True,
    help="Steps back that the search for lost debits may take, over all accounts.",
)
@click.version_option(__version__, prog_name="billing-audit")
def main(history: str, *, as_json: bool, drawing: Path | None, steps: int) -> None:
    """Say whether some order of single steps explains a recorded HISTORY.

    HISTORY is a file of JSON lines, or - for standard input. Each line is one call and its
    answer, in any order and for any number of accounts (lines are broken here):

    \b
      {"op": "opening", "user_id": "u1", "balance": 742.0}
      {"op": "debit", "user_id": "u1", "units": 2.0, "ref": "r1",
          "start": 0.001, "end": 0.009, "status": 200, "balance": 740.0}
      {"op": "check", "user_id": "u1", "units": 5.0, "start": 0.002,
          "end": 0.004, "status": 200, "allowed": true, "balance": 742.0}
      {"op": "balance", "user_id": "u1", "start": 0.011, "end": 0.012,
          "status": 200, "balance": 740.0}

    start and end are seconds on one clock; end and status are null where no answer came.
    An opening is the balance before the first call, when no ref had been used.

    \b
    Exit status:
      0  some order explains every answer
      1  no order does: the account and the operations that collide are printed
      2  could not judge: unreadable, empty, or too many lost debits to tell
    """  # noqa: D301  click needs the character \b itself
    _escape_unprintable()
    try:
        with _without_garbage_collector():
            report = _check(history, steps)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None
    _print(report.as_json() if as_json else report.as_text())
    if drawing is not None:
        _draw(report, drawing)
    if report.broken:
        raise click.exceptions.Exit(Exit.BROKEN)
    if report.inconclusive:
        raise click.exceptions.Exit(Exit.COULD_NOT_CHECK)


def _check(name: str, steps: int) -> Report:
    source = "standard input" if name == "-" else name
    try:
        history = _read(name, source)
        _refuse_empty(history, source)
        return Report(source, history, check_history(history, steps=steps))
    except HistoryError as problem:
        raise AuditError(str(problem)) from None
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise AuditError(
            f"{source} cannot be read: {reason}. "
            "Give a file of JSON lines, or - for standard input."
        ) from None
    except MemoryError:
        raise AuditError(
            f"{source} does not fit into memory. Accounts are judged one by one, "
            "so split it by user_id."
        ) from None


def _read(name: str, source: str) -> History:
    if name == "-":
        return read_history(sys.stdin.buffer, source=source)
    with Path(name).open("rb") as stream:
        return read_history(stream, source=source)


def _refuse_empty(history: History, source: str) -> None:
    informative = {200, 403, 409}
    if not history.operation_count:
        raise AuditError(
            f"{source} has no operations: there is nothing to judge. "
            "Record debits, checks and balances while you test."
        )
    if not any(
        operation.status in informative
        for account in history.accounts.values()
        for operation in account.operations
    ):
        raise AuditError(
            f"not one of the {history.operation_count} operations in {source} was answered "
            "200, 403 or 409, so nothing tells of a balance. Look at why they failed."
        )


def _draw(report: Report, drawing: Path) -> None:
    svg = report.as_svg()
    if svg is None:
        click.echo("No account is broken, so no timeline was drawn.", err=True)
        return
    try:
        drawing.write_text(svg, encoding="utf-8")
    except OSError as problem:
        raise AuditError(
            f"the timeline cannot be written to {drawing}: {problem.strerror}. Name another file."
        ) from None


def _print(text: str) -> None:
    """Print a text; where the reader of standard output has gone, keep the exit status."""
    try:
        click.echo(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _escape_unprintable() -> None:
    """Let standard output and error print escapes for letters that the terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _without_garbage_collector() -> Iterator[None]:
    """Turn the cycle collector off: a history has no cycles, only millions of objects to count."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
