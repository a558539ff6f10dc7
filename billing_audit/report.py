"""What `billing-audit` prints of a checked history: text for people, JSON for machines."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import simplejson

from billing_audit.findings import DRAWN_MAX
from billing_audit.history import as_record
from billing_audit.timeline import draw_text
from billing_audit.timeline_svg import draw_svg
from billing_audit.wording import describe, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.checker.check import Broken, Claim
    from billing_audit.findings import Findings, Unexplained
    from billing_audit.parts import Shard
    from billing_audit.sources import Sources

PRINTED_MAX: Final = 20


class Report:
    """The findings of an audit, for people and for programs."""

    def __init__(self, sources: Sources, findings: Findings, shard: Shard) -> None:
        self._sources = sources
        self._findings = findings
        self._shard = shard
        self.broken = sorted(findings.broken, key=_first_line)
        self.inconclusive = sorted(findings.inconclusive, key=_first_line)

    def as_text(self) -> str:
        """Return a summary, then each account that is not explained."""
        return "\n\n".join([self._summary(), *self._accounts()])

    def as_json(self) -> str:
        """Return the same as JSON, with all accounts that are not explained."""
        return simplejson.dumps(
            {
                "verdict": self._overall(),
                "operations": self._findings.operations,
                "accounts": self._findings.accounts,
                "broken": [
                    {
                        "user_id": account.user_id,
                        "sentence": account.result.sentence,
                        "collision": [
                            {
                                **self._place(line),
                                "place": claim.place,
                                **as_record(claim.operation),
                            }
                            for claim, line in _claims(account)
                        ],
                    }
                    for account in self.broken
                ],
                "inconclusive": [
                    {"user_id": account.user_id, "reason": account.result.reason}
                    for account in self.inconclusive
                ],
            },
            use_decimal=True,
            indent=2,
        )

    def as_svg(self) -> str | None:
        """Return the timeline of the first broken account as SVG, None where no account is broken."""
        for account in self.broken:
            if account.timeline is not None:
                title = (
                    f"Account {quoted(account.user_id)}: no order explains the answers"
                )
                return draw_svg(
                    account.timeline, title=title, sentence=account.result.sentence
                )
        return None

    def _overall(self) -> str:
        if self.broken:
            return "broken"
        return "inconclusive" if self.inconclusive else "linearizable"

    def _summary(self) -> str:
        accounts = _count(self._findings.accounts, "account")
        scope = f"{self._sources.description}: {_count(self._findings.operations, 'operation')} of {accounts}"
        if self._shard.count > 1:
            scope += f" (slice {self._shard.index + 1} of {self._shard.count})"
        if self.broken:
            return f"{scope}. No order explains the answers of {_count(len(self.broken), 'account')}."
        if self.inconclusive:
            return f"{scope}. Could not tell of {_count(len(self.inconclusive), 'account')}."
        return f"{scope}. Some order of single steps explains every answer."

    def _accounts(self) -> Iterator[str]:
        for number, account in enumerate(islice(self.broken, PRINTED_MAX)):
            lines = [
                f"account {quoted(account.user_id)}: broken",
                *_wrapped(account.result.sentence),
            ]
            if number < DRAWN_MAX:
                lines += self._collision(account)
            yield "\n".join(lines)
        for unclear in islice(self.inconclusive, PRINTED_MAX):
            lines = [
                f"account {quoted(unclear.user_id)}: inconclusive",
                *_wrapped(unclear.result.reason),
            ]
            yield "\n".join(lines)
        if max(len(self.broken), len(self.inconclusive)) > PRINTED_MAX:
            yield f"Only the first {PRINTED_MAX} of a kind are told here; --json tells all."

    def _collision(self, account: Unexplained[Broken]) -> Iterator[str]:
        yield ""
        for claim, number in _claims(account):
            place = f", belongs {claim.place}" if claim.place else ""
            name, line = self._sources.place(number)
            where = (
                f"line {line}" if self._sources.is_single else f"{name}, line {line}"
            )
            yield f"  {where}: {describe(claim.operation)}{place}"
        if account.timeline is not None:
            yield ""
            yield textwrap.indent(draw_text(account.timeline), "  ")

    def _place(self, number: int) -> dict[str, object]:
        name, line = self._sources.place(number)
        return (
            {"line": line} if self._sources.is_single else {"file": name, "line": line}
        )


def _first_line(account: Unexplained[Any]) -> int:
    return account.first_line


def _claims(account: Unexplained[Broken]) -> Iterator[tuple[Claim, int]]:
    return zip(account.result.claims, account.claim_lines, strict=True)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="  ", subsequent_indent="  ")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
