"""Writing of the report files that the operator asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from billing_verify.observations import observations
from billing_verify.report.html import render_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_verify.config.options import Options


def write_files(report: dict[str, Any], options: Options) -> Iterator[str]:
    """Write each file. Yields a line for the terminal on each: that it is written, or why it is not."""
    if options.json_report:
        yield _write(options.json_report, _as_json(report))
    if options.html_report:
        yield _write(options.html_report, render_html(report))
    if options.observed:
        yield _write(options.observed, _as_json(observations(report)))


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> str:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return f"{path}: cannot be written: {error}"
    return f"written: {path}"
