"""Describes the machine that measures: its processor, its memory, its versions, and what else it does."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

QUIET_LOAD_MAX: Final = 0.5  # waiting or running programs, as a mean over one minute


def is_quiet() -> bool:
    """Return whether the machine had next to nothing to do in the last minute."""
    return os.getloadavg()[0] <= QUIET_LOAD_MAX


def describe_machine() -> list[str]:
    """Return what a reader of the results needs to know of the machine, a line each.

    The load is the one of now, so that this has to be called before anything is measured.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return [
        f"date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"machine: {os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB, Linux {platform.release()}",
        f"load of the machine before the start (1, 5, 15 minutes): {load}",
        (
            f"versions: CPython {platform.python_version()}, Node {_first_line('node', '--version')}, "
            f"Java {_first_line('java', '-version')}, {_first_line('wrk', '-v')}"
        ),
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _first_line(*command: str) -> str:
    """Return the first line that a command prints, or `none` where it is not installed."""
    if shutil.which(command[0]) is None:
        return "none"
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).partition("\n")[0].partition(" Copyright")[0]
