"""WireMock, from the npm package that carries its standalone jar."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, ClassVar, Final

from benchmarks.peers.answers import fixed_answers
from benchmarks.peers.peer import MODULES, Peer, PeerUnavailableError, npm_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_OPTIONS: Final = (
    "--disable-banner",
    "--disable-gzip",
    "--disable-request-logging",
    "--disable-response-templating",
    *("--use-chunked-encoding", "never"),
)


class WireMock(Peer):
    """WireMock with fixed answers, matched by method and path alone, and without its journal."""

    name: ClassVar = "wiremock"
    title: ClassVar = "WireMock, no journal"
    settings: ClassVar = "fixed answers by method and path, looks at nothing else; no logging, templates, gzip or journal; warmed for 20 s"
    warm_up_seconds: ClassVar = 20
    journal: ClassVar[tuple[str, ...]] = ("--no-request-journal",)

    @classmethod
    def version(cls) -> str:
        """Return the version of the jar. Raises PeerUnavailableError without it, or without Java."""
        if shutil.which("java") is None:
            raise PeerUnavailableError("java is needed (Debian: default-jre-headless)")
        return npm_version("wiremock")

    def command(self) -> Sequence[str | Path]:
        """Return the command, and write a mapping for each operation."""
        mappings = self._folder / "mappings"
        mappings.mkdir(exist_ok=True)
        for number, answer in enumerate(fixed_answers()):
            stub = {
                "request": {"method": answer.method.upper(), "urlPath": answer.path},
                "response": {
                    "status": 200,
                    "body": answer.body,
                    "headers": {"Content-Type": "application/json"},
                },
            }
            file = mappings / f"{number}.json"
            file.write_text(json.dumps(stub), encoding="utf-8")
        jar = next((MODULES / "wiremock" / "build").glob("wiremock-standalone-*.jar"))
        return [
            *("java", "-jar", jar, "--bind-address", "127.0.0.1"),
            *("--port", str(self.port), "--root-dir", self._folder),
            *_OPTIONS,
            *self.journal,
        ]


class WireMockWithJournal(WireMock):
    """WireMock that keeps the last 10,000 requests, as our mock does."""

    name: ClassVar = "wiremock-journal"
    title: ClassVar = "WireMock, journal"
    settings: ClassVar = "the same, with its journal bounded to 10,000 requests as ours is; warmed for 20 s"
    journal: ClassVar = ("--max-request-journal-entries", "10000")
