"""The standard streams of a command: each may be closed, and what is behind one may be full."""

from __future__ import annotations

import io
import os
import sys

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_closed_streams() -> tuple[str, ...]:
    """Open the null device in place of each standard stream that is closed, and return the names of those.

    Otherwise the next file that is opened gets the stream's number, and what is printed goes into it.
    """
    closed = []
    for number, (name, mode) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            closed.append(name)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  open to the end
    return tuple(closed)


def escape_unprintable() -> None:
    """Let standard output and error print escapes for letters that the terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Let standard output write to the null device from now on, after it could not be written.

    What is left in its buffer would fail again while Python ends, with an exit status of its own.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
