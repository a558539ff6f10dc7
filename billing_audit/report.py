"""What `billing-audit` prints of a checked history: text for people, JSON for machines."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING, Final

import simplejson

from billing_audit.checker.check import Broken, Inconclusive
from billing_audit.history import as_record
from billing_audit.timeline import draw_text, timeline
from billing_audit.timeline_svg import draw_svg
from billing_audit.wording import describe, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing_audit.checker.check import CheckResult
    from billing_audit.history import History
    from billing_audit.operations import Operation

DRAWN_MAX: Final = 3
PRINTED_MAX: Final = 20


class Report:
    """The results of a history's accounts. `source` names the history to people."""

    def __init__(
        self, source: str, history: History, results: Mapping[str, CheckResult]
    ) -> None:
        self._source = source
        self._history = history
        self.broken = {
            user_id: result
            for user_id, result in results.items()
            if isinstance(result, Broken)
        }
        self.inconclusive = {
            user_id: result
            for user_id, result in results.items()
            if isinstance(result, Inconclusive)
        }

    def as_text(self) -> str:
        """Return a summary, then each account that is not explained."""
        return "\n\n".join([self._summary(), *self._accounts()])

    def as_json(self) -> str:
        """Return the same as JSON, with all accounts that are not explained."""
        return simplejson.dumps(
            {
                "verdict": self._overall(),
                "operations": self._history.operation_count,
                "accounts": len(self._history.accounts),
                "broken": [
                    {
                        "user_id": user_id,
                        "sentence": result.sentence,
                        "collision": [
                            {
                                "line": self._line(user_id, claim.operation),
                                "place": claim.place,
                                **as_record(claim.operation),
                            }
                            for claim in result.claims
                        ],
                    }
                    for user_id, result in self.broken.items()
                ],
                "inconclusive": [
                    {"user_id": user_id, "reason": result.reason}
                    for user_id, result in self.inconclusive.items()
                ],
            },
            use_decimal=True,
            indent=2,
        )

    def as_svg(self) -> str | None:
        """Return the timeline of the first broken account as SVG, None where no account is broken."""
        for user_id, result in self.broken.items():
            shown = timeline(result, self._history.accounts[user_id].operations)
            title = f"Account {quoted(user_id)}: no order explains the answers"
            return draw_svg(shown, title=title, sentence=result.sentence)
        return None

    def _overall(self) -> str:
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
        for number, (user_id, result) in enumerate(
            islice(self.broken.items(), PRINTED_MAX)
        ):
            lines = [f"account {quoted(user_id)}: broken", *_wrapped(result.sentence)]
            if number < DRAWN_MAX:
                lines += self._collision(user_id, result)
            yield "\n".join(lines)
        for user_id, unclear in islice(self.inconclusive.items(), PRINTED_MAX):
            lines = [
                f"account {quoted(user_id)}: inconclusive",
                *_wrapped(unclear.reason),
            ]
            yield "\n".join(lines)
        if max(len(self.broken), len(self.inconclusive)) > PRINTED_MAX:
            yield f"Only the first {PRINTED_MAX} of a kind are told here; --json tells all."

    def _collision(self, user_id: str, result: Broken) -> Iterator[str]:
        yield ""
        for claim in result.claims:
            place = f", belongs {claim.place}" if claim.place else ""
            line = self._line(user_id, claim.operation)
            yield f"  line {line}: {describe(claim.operation)}{place}"
        shown = timeline(result, self._history.accounts[user_id].operations)
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
