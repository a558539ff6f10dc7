"""The verdict of a run as a badge, in the JSON that shields.io reads from an endpoint."""

from __future__ import annotations

from typing import Any

_COLORS = {"conforms": "brightgreen", "does not conform": "red"}


def badge(report: dict[str, Any]) -> dict[str, Any]:
    """Return label, message and color: how many must clauses were tested, or the verdict where it is another."""
    verdict = report["verdict"]
    musts = report["must_clauses"]
    kept = f"{musts['executed']} of {musts['of']} must clauses kept"
    return {
        "schemaVersion": 1,
        "label": f"billing contract {report['contract']['version']}",
        "message": kept if verdict == "conforms" else verdict,
        "color": _COLORS.get(verdict, "yellow"),
    }
