"""What all servers that are measured have in common."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from benchmarks.http_calls import seconds_to_first_answer
from benchmarks.processes import Process, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULES: Final = Path(__file__).parents[1] / "node_modules"
CONTRACT: Final = Path(__file__).parents[2] / "billing_contract" / "openapi-3.0.json"
_START_SECONDS: Final = 60.0


class PeerUnavailableError(Exception):
    """A server cannot be measured on this machine; the message tells what is missing."""


class Peer(ABC):
    """A server that answers the contract's operations, on a port of 127.0.0.1 of its own.

    It keeps its files in `folder`, which is made. `name` is for the command line, `title` for the tables.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[str]  # how it runs, and what it does with a request
    warm_up_seconds: ClassVar[int] = 3
    keeps_balances: ClassVar[bool] = False
    answers_are_of_one_size: ClassVar[bool] = True

    def __init__(self, folder: Path) -> None:
        self.process: Process
        self.port = 0
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """Return the command that serves on `self.port`, and write the files that it reads.

        Raises PeerUnavailableError where something that it needs is missing.
        """

    @classmethod
    @abstractmethod
    def version(cls) -> str:
        """Return the version that is installed. Raises PeerUnavailableError where it is not."""

    def environment(self) -> Mapping[str, str]:
        """Return the environment variables that it runs with, beside those of this process."""
        return {}

    def reset(self) -> None:  # noqa: B027  most servers keep nothing
        """Take back what was sent so far, where the server keeps anything."""

    def start(self) -> float:
        """Start it, and return the seconds until its first answer.

        Raises PeerUnavailableError where it cannot start, with what it printed.
        """
        self.version()
        self.port = free_port()
        command = self.command()
        started = time.perf_counter()
        self.process = Process(
            command, log=self._folder / "log.txt", environment=self.environment()
        )
        try:
            return seconds_to_first_answer(
                self.port, started=started, limit=_START_SECONDS
            )
        except TimeoutError as error:
            self.stop()
            raise PeerUnavailableError(
                f"{self.title} gives {error}: {self.process.output[-1000:]}"
            ) from error

    def stop(self) -> None:
        """Stop it, with every process that it started."""
        self.process.stop()


def npm_version(package: str) -> str:
    """Return the version of an npm package of benchmarks/package.json.

    Raises PeerUnavailableError where it is not installed.
    """
    manifest = MODULES / package / "package.json"
    if not manifest.exists():
        raise PeerUnavailableError(
            f"the npm package {package} is not installed: make bench does it"
        )
    version: str = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    return version
