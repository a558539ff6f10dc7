"""The servers that are measured: ours, its peers, and the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.peers.ceiling import Ceiling
from benchmarks.peers.mockoon import Mockoon
from benchmarks.peers.openapi_backend import OpenapiBackend
from benchmarks.peers.ours import Ours
from benchmarks.peers.prism import Prism
from benchmarks.peers.wiremock import WireMock, WireMockWithJournal

if TYPE_CHECKING:
    from benchmarks.peers.peer import Peer

PEERS: Final[dict[str, type[Peer]]] = {
    peer.name: peer
    for peer in (
        Ours,
        WireMock,
        WireMockWithJournal,
        Prism,
        OpenapiBackend,
        Mockoon,
        Ceiling,
    )
}
