"""Reads a history from bytes, as `billing-audit` does from its standard input."""

from __future__ import annotations

import io
from unittest.mock import patch

from billing_audit.history import LineError, read_history
from billing_audit.sources import Sources


def read(data):
    sources = Sources(["-"])
    with patch("sys.stdin", io.TextIOWrapper(io.BytesIO(data))):
        blocks = list(sources.blocks())
    try:
        return read_history(
            numbered
            for block in blocks
            for numbered in enumerate(block.lines, start=block.first)
        )
    except LineError as error:
        raise sources.error(error) from None
