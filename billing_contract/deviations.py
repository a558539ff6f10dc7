"""Deviations: ways in which a service is seen to leave the contract, where a gateway would notice.

They are no part of the contract, so they stand here and not in openapi.yaml: a service with one of
them does not keep it. The suite tells which of them it saw, and the mock can be told to do the same,
so that a gateway can be tried against the service that there is. Each is written as a text: its
name, or `NAME=VALUE` where it has a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeviationError(ValueError):
    """A text names no deviation, or has a value that it cannot have. The message names the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A deviation: its name, and in one sentence what a service with it does.

    `value` is what stands after the equals sign, None where nothing does, and `pattern` what it must
    be; `is_repeatable` where a service can have it with several values. `explains` are the clauses that a service with it breaks for this reason, by id; a name that
    ends with a dot is a whole area.
    """

    id: str
    text: str
    value: str | None = None
    pattern: str = ""
    is_repeatable: bool = False
    explains: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """Return how it is written: `NAME` or `NAME=VALUE`."""
        return f"{self.id}={self.value}" if self.value else self.id


_KEYS = ("auth.", "credit.wrong-key", "schema.responses", "http.json-errors")
_DUPLICATES = (
    *("ref.duplicate", "ref.duplicate-any-payload", "ref.duplicate-when-drained"),
    *("ref.remembered", "ref.lost-response", "race.same-ref", "race.linearizable"),
)
_OF_STATUS = {
    "401": ("auth.", "credit.wrong-key"),
    "403": ("debit.insufficient", "race.no-overdraft", "race.linearizable"),
    "404": ("plan.not-found",),
    "409": (*_DUPLICATES, "credit.duplicate"),
    "422": ("input.", "credit.invalid"),
}
_REFS = ("input.missing-field", "input.wrong-type", "input.no-effect")
_ALL = (
    Deviation(
        id="required-field",
        value="NAME",
        pattern=r"[^=]+",
        is_repeatable=True,
        text="A body without the field NAME, which the contract does not list, is answered 422.",
    ),
    Deviation(
        id="ref-optional",
        text="A debit without a ref is made.",
        explains=(*_REFS, "schema.responses"),
    ),
    Deviation(
        id="ref-null",
        text="A debit whose ref is null is made.",
        explains=(*_REFS, "schema.responses"),
    ),
    Deviation(
        id="duplicate-200",
        value="BALANCE",
        pattern="first|current",
        text="A debit with a used ref is answered 200 with the first tx_id, and charges nothing; the balance is that after the first debit (first) or the one of now (current).",
        explains=(*_DUPLICATES, "http.json-errors"),
    ),
    Deviation(
        id="error-object",
        value="OUTER.NAME,NAME",
        pattern=r"(detail|error)\.[A-Za-z_][\w-]*(,[A-Za-z_][\w-]*)*",
        text="The reason of a refusal is an object with these names, inside detail or error, such as error.code,message.",
    ),
    Deviation(
        id="status",
        value="DOCUMENTED:ANSWERED",
        pattern=r"(401|403|404|409|422):4\d\d",
        is_repeatable=True,
        text="What the document answers with the first status is answered with the second, such as 403:402.",
        explains=("schema.responses",),
    ),
    Deviation(
        id="wrong-key-accepted",
        text="A wrong X-Internal-Key is as good as the right one.",
        explains=_KEYS,
    ),
    Deviation(
        id="missing-key-accepted",
        text="A request without X-Internal-Key is let in.",
        explains=_KEYS,
    ),
    Deviation(
        id="balance-as-text",
        value="FORM",
        pattern="shortest|two-decimals",
        text='Balances are texts, as the open choice whole-numbers has it (shortest: "742.0" or "742") or with two decimals ("742.00").',
        explains=(
            "check.",
            "balance.",
            "debit.",
            "schema.responses",
            "credit.exact",
            "plan.applied",
        ),
    ),
    Deviation(
        id="units-as-text",
        text='Units may be a text that reads as a number, such as "2.0".',
        explains=("input.coercion", "input.no-effect", "schema.responses"),
    ),
    Deviation(
        id="slash-dropped",
        value="STATUS",
        pattern="301|302|307|308",
        text="A documented path with a slash at its end is redirected to the path without, with this status.",
    ),
    Deviation(
        id="slash-added",
        value="STATUS",
        pattern="301|302|307|308",
        text="A documented path is redirected to itself with a slash at its end, with this status.",
    ),
)
DEVIATIONS: Final[Mapping[str, Deviation]] = MappingProxyType(
    {each.id: each for each in _ALL}
)
"""Every deviation that the suite tells and the mock can have, by its name."""


def parse_deviation(text: str) -> tuple[Deviation, str | None]:
    """Return a deviation and its value, None where it has none, of a text such as `status=403:402`.

    Raises DeviationError for a name that there is not, and for a value that it cannot have.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    deviation = DEVIATIONS.get(name)
    if deviation is None:
        raise DeviationError(
            f"{name!r} is no deviation; there are: {', '.join(each.form for each in _ALL)}"
        )
    if deviation.value is None and equals:
        raise DeviationError(f"{text!r}: {name} takes no value; write {name}")
    if deviation.value is None:
        return deviation, None
    if not re.fullmatch(deviation.pattern, value):
        raise DeviationError(f"{text!r}: write {deviation.form}: {deviation.text}")
    return deviation, value


def explains(texts: tuple[str, ...], clause_id: str) -> bool:
    """Return whether one of the deviations is the reason for which a service breaks the clause.

    Raises DeviationError as `parse_deviation` does.
    """
    return any(
        clause_id == known or (known.endswith(".") and clause_id.startswith(known))
        for text in texts
        for known in _explained_by(*parse_deviation(text))
    )


def _explained_by(deviation: Deviation, value: str | None) -> tuple[str, ...]:
    if deviation.id != "status" or value is None:
        return deviation.explains
    return (*deviation.explains, *_OF_STATUS[value.partition(":")[0]])
