"""Prism, from npm."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from benchmarks.peers.peer import CONTRACT, MODULES, Peer, npm_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Prism(Peer):
    """Prism: validates requests against the contract, and answers with its examples."""

    name: ClassVar = "prism"
    title: ClassVar = "Prism"
    settings: ClassVar = (
        "validates requests and the key, answers with the contract's examples; silent"
    )

    @classmethod
    def version(cls) -> str:
        """Return the version. Raises PeerUnavailableError where it is not installed."""
        return npm_version("@stoplight/prism-cli")

    def command(self) -> Sequence[str | Path]:
        """Return the command."""
        program = MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
        return [
            *("node", program, "mock", CONTRACT),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--cors", "false", "--verboseLevel", "silent"),
        ]

    def environment(self) -> Mapping[str, str]:
        """Return Node's setting for production."""
        return {"NODE_ENV": "production"}
