"""The answers that servers without state give: the document's own, as the contract's examples have them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from benchmarks.peers.peer import CONTRACT

_OPERATIONS = (("get", "balance"), ("post", "check"), ("post", "debit"))


@dataclass(frozen=True)
class FixedAnswer:
    """What a server without state answers to one operation."""

    method: str
    path: str
    body: str


def fixed_answers() -> list[FixedAnswer]:
    """Return the answer of each documented operation."""
    paths = json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"]
    return [
        FixedAnswer(method, path, json.dumps(_example(paths[path][method])))
        for method, operation in _OPERATIONS
        for path in (f"/internal/billing/{operation}",)
    ]


def _example(operation: dict[str, dict[str, dict[str, object]]]) -> object:
    content = operation["responses"]["200"]["content"]
    return content["application/json"]["examples"]["documented"]["value"]  # type: ignore[index]
