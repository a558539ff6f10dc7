"""The ceiling: what our own HTTP server does when nothing is behind it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import billing_contract
from benchmarks.peers.peer import Peer, PeerUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SERVER: Final = "billing_mock.servers.http_server"


class Ceiling(Peer):
    """The mock's HTTP server with a callable behind it that returns bytes made before."""

    name: ClassVar = "ceiling"
    title: ClassVar = "ceiling"
    settings: ClassVar = "the mock's own HTTP server, with a fixed answer by path and nothing else behind it"

    @classmethod
    def version(cls) -> str:
        """Return the version of this project. Raises PeerUnavailableError without its server."""
        if find_spec("billing_mock.servers") is None or find_spec(_SERVER) is None:
            raise PeerUnavailableError(f"there is no {_SERVER}")
        return billing_contract.__version__

    def command(self) -> Sequence[str | Path]:
        """Return the command."""
        program = Path(__file__).with_name("bare_server.py")
        return [sys.executable, program, str(self.port)]
