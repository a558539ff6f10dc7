"""What `billing-audit` tells of a judged history, for people and for machines."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING, Final

import simplejson

from billing_audit.checker.check import Broken, Inconclusive
from billing_audit.checker.results import describe, quoted
from billing_audit.history import as_record
from billing_audit.timeline import draw_text, timeline
from billing_audit.timeline_svg import draw_svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing_audit.checker.check import Verdict
    from billing_audit.history import History
    from billing_audit.operations import Operation

DRAWN_MAX: Final = 3
TOLD_MAX: Final = 20


class Report:
    """The verdicts on a history."""

    def __init__(
        self, source: str, history: History, verdicts: Mapping[str, Verdict]
    ) -> None:
        self._source = source
        self._history = history
        self.broken = {
            user_id: verdict
            for user_id, verdict in verdicts.items()
            if isinstance(verdict, Broken)
        }
        self.inconclusive = {
            user_id: verdict
            for user_id, verdict in verdicts.items()
            if isinstance(verdict, Inconclusive)
        }

    def as_text(self) -> str:
        """Tell people: the outcome, then each account that is not explained."""
        return "\n\n".join([self._summary(), *self._accounts()])

    def as_json(self) -> str:
        """Tell machines the same."""
        return simplejson.dumps(
            {
                "verdict": self._verdict(),
                "operations": self._history.operation_count,
                "accounts": len(self._history.accounts),
                "broken": [
                    {
                        "user_id": user_id,
                        "sentence": verdict.sentence,
                        "collision": [
                            {
                                "line": self._line(user_id, claim.operation),
                                "place": claim.place,
                                **as_record(claim.operation),
                            }
                            for claim in verdict.claims
                        ],
                    }
                    for user_id, verdict in self.broken.items()
                ],
                "inconclusive": [
                    {"user_id": user_id, "reason": verdict.reason}
                    for user_id, verdict in self.inconclusive.items()
                ],
            },
            use_decimal=True,
            indent=2,
        )

    def as_svg(self) -> str | None:
        """Draw the collision of the first broken account."""
        for user_id, verdict in self.broken.items():
            shown = timeline(verdict, self._history.accounts[user_id].operations)
            title = f"Account {quoted(user_id)}: no order explains the answers"
            return draw_svg(shown, title=title, sentence=verdict.sentence)
        return None

    def _verdict(self) -> str:
        if self.broken:
            return "broken"
        return "inconclusive" if self.inconclusive else "linearizable"

    def _summary(self) -> str:
        accounts = _count(len(self._history.accounts), "account")
        scope = f"{self._source}: {_count(self._history.operation_count, 'operation')} of {accounts}"
        if self.broken:
            return f"{scope}. No order explains the answers of {_count(len(self.broken), 'account')}."
        if self.inconclusive:
            return f"{scope}. Could not tell of {_count(len(self.inconclusive), 'account')}."
        return f"{scope}. Some order of single steps explains every answer."

    def _accounts(self) -> Iterator[str]:
        for number, (user_id, verdict) in enumerate(
            islice(self.broken.items(), TOLD_MAX)
        ):
            lines = [f"account {quoted(user_id)}: broken", *_wrapped(verdict.sentence)]
            if number < DRAWN_MAX:
                lines += self._collision(user_id, verdict)
            yield "\n".join(lines)
        for user_id, unclear in islice(self.inconclusive.items(), TOLD_MAX):
            lines = [
                f"account {quoted(user_id)}: inconclusive",
                *_wrapped(unclear.reason),
            ]
            yield "\n".join(lines)
        if max(len(self.broken), len(self.inconclusive)) > TOLD_MAX:
            yield f"Only the first {TOLD_MAX} of a kind are told here; --json tells all."

    def _collision(self, user_id: str, verdict: Broken) -> Iterator[str]:
        yield ""
        for claim in verdict.claims:
            place = f", belongs {claim.place}" if claim.place else ""
            line = self._line(user_id, claim.operation)
            yield f"  line {line}: {describe(claim.operation)}{place}"
        shown = timeline(verdict, self._history.accounts[user_id].operations)
        yield ""
        yield textwrap.indent(draw_text(shown), "  ")

    def _line(self, user_id: str, operation: Operation) -> int:
        account = self._history.accounts[user_id]
        return next(
            line
            for line, each in zip(account.lines, account.operations, strict=True)
            if each is operation
        )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="  ", subsequent_indent="  ")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
