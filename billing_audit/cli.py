"""`billing-audit`: checks whether some order of single steps explains a recorded history."""

from __future__ import annotations

import contextlib
import gc
import signal
import tempfile
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from billing_audit.audit import Extent, WorkerLostError, audit
from billing_audit.checker.check import STEPS
from billing_audit.option_types import MemorySize, ShardNumber, usable_cores
from billing_audit.report import Report
from billing_audit.sources import HistoryError, SourceError, Sources
from billing_contract import __version__
from billing_contract.streams import discard_output, escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.findings import Findings
    from billing_audit.parts import Shard


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
@click.argument("history", metavar="FILE...", nargs=-1, required=True)
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
    help="Steps that the search for lost debits may take in each account; with the "
    "account's length they bound its time.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=usable_cores,
    show_default="all cores",
    help="Processes that judge at the same time.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    type=MemorySize(),
    default="512MB",
    show_default=True,
    help="Memory that all of them may use; a single account has to fit.",
)
@click.option(
    "--scratch",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the parts of a large history, as large as that. [default: the system's]",
)
@click.option(
    "--shard",
    metavar="K/N",
    type=ShardNumber(),
    default="1/1",
    help="Judge one of N slices of the accounts, so that N machines share a history.",
)
@click.option(
    "--no-proof",
    is_flag=True,
    help="Judge each account by itself, also where the extra `fast` could prove many at once.",
)
@click.version_option(__version__, prog_name="billing-audit")
def main(  # noqa: PLR0913  one parameter for each option
    history: tuple[str, ...],
    *,
    as_json: bool,
    drawing: Path | None,
    steps: int,
    jobs: int,
    memory: int,
    scratch: Path | None,
    shard: Shard,
    no_proof: bool,
) -> None:
    """Say whether some order of single steps explains a recorded history.

    Each FILE has JSON lines, plain or compressed by gzip or zstd, or is a table, CSV or Parquet,
    with columns of the same names; - is standard input. Each line is one call and its answer, in
    any order, in any of the files and for any number of accounts (lines are broken here):

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
      2  could not judge: unreadable, empty, nothing answered with 200, 403
         or 409, or too many lost debits to tell
    """  # noqa: D301  click needs the character \b itself
    escape_unprintable()
    extent = Extent(
        jobs=jobs,
        memory=memory,
        scratch=scratch,
        shard=shard,
        steps=steps,
        proof=not no_proof,
    )
    try:
        with _without_garbage_collector(), _interrupted_by_sigterm():
            report = _audit(Sources(history), extent)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None
    _print(report.as_json() if as_json else report.as_text(), report)
    if drawing is not None:
        _draw(report, drawing)
    if report.broken:
        raise click.exceptions.Exit(Exit.BROKEN)
    if report.inconclusive:
        raise click.exceptions.Exit(Exit.COULD_NOT_CHECK)


def _audit(sources: Sources, extent: Extent) -> Report:
    try:
        findings = audit(sources, extent)
        if findings.error is not None:
            raise sources.error(findings.error)
    except (HistoryError, SourceError) as problem:
        raise AuditError(str(problem)) from None
    except OSError as problem:
        folder = extent.scratch or tempfile.gettempdir()
        raise AuditError(
            f"the scratch folder {folder} cannot be used: {problem.strerror or problem}. "
            "Name one with room for the whole history: --scratch DIR."
        ) from None
    except (MemoryError, WorkerLostError):
        raise AuditError(
            f"{sources.description} does not fit into memory, or a process was ended from outside. "
            "Give less with --memory or --jobs; a single account has to fit."
        ) from None
    _refuse_empty(findings, sources, extent)
    return Report(sources, findings, extent.shard)


def _refuse_empty(findings: Findings, sources: Sources, extent: Extent) -> None:
    if extent.shard.count > 1:
        return
    if not findings.operations:
        raise AuditError(
            f"{sources.description} has no operations: there is nothing to judge. "
            "Record debits, checks and balances while you test."
        )
    if not (findings.is_informative or findings.broken):
        raise AuditError(
            f"not one of the {findings.operations} operations in {sources.description} was answered "
            "200, 403 or 409, so nothing tells of a balance. Look at why they failed."
        )


@contextlib.contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the audit as an interruption does, so that the scratch folder is removed."""

    def interrupt(_signal: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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


def _print(text: str, report: Report) -> None:
    """Print a text, or nothing where its reader has gone. Raises AuditError where a disk is full, unless the history is broken."""
    try:
        click.echo(text)
    except OSError as problem:
        discard_output()
        if not (isinstance(problem, BrokenPipeError) or report.broken):
            raise AuditError(
                f"the verdict cannot be printed: {problem.strerror}."
            ) from None


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
