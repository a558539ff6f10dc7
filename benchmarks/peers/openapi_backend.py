"""openapi-backend, a library from npm, behind Node's own HTTP server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import yaml

from benchmarks.peers.peer import Peer, npm_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# In OpenAPI 3.1: it compiles the schemas as they stand, and a bound of 3.0 is no bound of JSON Schema.
_CONTRACT: Final = Path(__file__).parents[2] / "openapi.yaml"


class OpenapiBackend(Peer):
    """A server on openapi-backend: validates requests against the contract, with fixed answers."""

    name: ClassVar = "openapi-backend"
    title: ClassVar = "openapi-backend"
    settings: ClassVar = "validates requests and the key, on node:http; answers are made once, at the start"

    @classmethod
    def version(cls) -> str:
        """Return the version. Raises PeerUnavailableError where it is not installed."""
        return npm_version("openapi-backend")

    def command(self) -> Sequence[str | Path]:
        """Return the command, and write the contract as JSON."""
        contract = self._folder / "contract.json"
        value = yaml.safe_load(_CONTRACT.read_text(encoding="utf-8"))
        contract.write_text(json.dumps(value), encoding="utf-8")
        program = Path(__file__).with_name("openapi_backend.mjs")
        return ["node", program, contract, str(self.port)]

    def environment(self) -> Mapping[str, str]:
        """Return Node's setting for production."""
        return {"NODE_ENV": "production"}
