"""Mockoon's command, from npm."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from benchmarks.peers.answers import FixedAnswer, fixed_answers
from benchmarks.peers.peer import MODULES, Peer, npm_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Mockoon(Peer):
    """Mockoon with fixed answers, without rules and templates."""

    name: ClassVar = "mockoon"
    title: ClassVar = "Mockoon"
    settings: ClassVar = "fixed answers by method and path, looks at nothing else; no templates, rules, admin API or log file"

    @classmethod
    def version(cls) -> str:
        """Return the version. Raises PeerUnavailableError where it is not installed."""
        return npm_version("@mockoon/cli")

    def command(self) -> Sequence[str | Path]:
        """Return the command, and write the environment that it serves."""
        routes = [_route(answer) for answer in fixed_answers()]
        data = {
            "uuid": str(uuid.uuid4()),
            "lastMigration": 33,
            "name": "billing",
            "port": self.port,
            "hostname": "127.0.0.1",
            "routes": routes,
            "rootChildren": [
                {"type": "route", "uuid": each["uuid"]} for each in routes
            ],
            "cors": False,
        }
        file = self._folder / "environment.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        program = MODULES / "@mockoon" / "cli" / "bin" / "run.js"
        return [
            *("node", program, "start", "--data", file, "--repair"),
            *("--hostname", "127.0.0.1", "--port", str(self.port)),
            *("--disable-log-to-file", "--disable-admin-api"),
            *("--max-transaction-logs", "1"),
        ]

    def environment(self) -> Mapping[str, str]:
        """Return Node's setting for production, and a home of its own for what it writes."""
        return {"NODE_ENV": "production", "HOME": str(self._folder)}


def _route(answer: FixedAnswer) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid4()),
        "type": "http",
        "method": answer.method,
        "endpoint": answer.path.removeprefix("/"),
        "responses": [
            {
                "uuid": str(uuid.uuid4()),
                "body": answer.body,
                "statusCode": 200,
                "headers": [{"key": "Content-Type", "value": "application/json"}],
                "bodyType": "INLINE",
                "disableTemplating": True,
                "default": True,
            }
        ],
    }
