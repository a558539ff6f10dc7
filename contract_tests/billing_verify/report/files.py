"""Writing of the report files that the operator asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_verify.observations import observations
from billing_verify.report.badge import badge
from billing_verify.report.html import render_html
from billing_verify.report.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_verify.config.options import Options


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file that was asked for. `problem` says why it could not be written, empty where it was."""

    path: Path
    problem: str = ""

    @property
    def line(self) -> str:
        """Return what to print about it."""
        if self.problem:
            return f"{self.path}: cannot be written: {self.problem}"
        return f"written: {self.path}"


def write_files(report: dict[str, Any], options: Options) -> Iterator[ReportFile]:
    """Write each file, and yield what became of it."""
    if options.json_report:
        yield _write(options.json_report, _as_json(report))
    if options.html_report:
        yield _write(options.html_report, render_html(report))
    if options.observed:
        yield _write(options.observed, _as_json(observations(report)))
    if options.summary:
        yield _write(options.summary, render_markdown(report))
    if options.badge:
        yield _write(options.badge, _as_json(badge(report)))


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> ReportFile:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return ReportFile(path, error.strerror or str(error))
    return ReportFile(path)
