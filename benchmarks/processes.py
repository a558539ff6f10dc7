"""Starts and stops the programs that are measured, and reads what Linux counts about them in /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STOP_SECONDS: Final = 10.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Process:
    """A program in a session of its own, with all processes that it starts.

    What it prints goes to the file `log`.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._log = log
        with log.open("wb") as output:
            self._started = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                cwd=log.parent,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """Return what the program has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def has_ended(self) -> bool:
        """Return whether the program has ended."""
        return self._started.poll() is not None

    @property
    def pid(self) -> int:
        """Return the id of the first process of the program."""
        return self._started.pid

    def stop(self) -> None:
        """End the program with SIGTERM, and with SIGKILL after STOP_SECONDS."""
        group = self._started.pid
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
        try:
            self._started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            self._started.wait()

    def cpu_seconds(self) -> float:
        """Return the processor time, user and system, that the program has used so far."""
        ticks = 0
        for pid in _tree(self.pid):
            with suppress(OSError):  # it ended just now: its parent counts its time
                # Fields 14 to 17 of proc(5): own time, then that of children that have ended.
                ticks += sum(int(each) for each in _stat(pid)[11:15])
        return ticks / _TICKS

    def resident_bytes(self) -> int:
        """Return the memory that the program holds: the resident sets of all its processes, added up."""
        return (
            sum(
                int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
                for pid in _tree(self.pid)
            )
            * _PAGE
        )


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tree(root: int) -> Iterator[int]:
    """Yield the ids of a process and of all its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
    generation = [root]
    while generation:
        yield from generation
        generation = [pid for pid, parent in parents.items() if parent in generation]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third, the state, on."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()
