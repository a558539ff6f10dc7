"""Tells what was said between a test and the target, without the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contract_tests.harness.exchange import Exchange

_TOLD = 6


def tell(exchanges: Iterable[Exchange]) -> str:
    """The last exchanges, each as a curl line that sends it again and the answer that came."""
    told = list(exchanges)
    lines = (
        [f"({len(told) - _TOLD} earlier exchanges are left out)"]
        if len(told) > _TOLD
        else []
    )
    for exchange in told[-_TOLD:]:
        lines.append(exchange.call.curl())
        if exchange.answer is None:
            lines.append(f"    no answer: {exchange.failure}")
        else:
            lines.append(f"    {exchange.answer.status} {exchange.answer.shown_body}")
    return "\n".join(lines)
