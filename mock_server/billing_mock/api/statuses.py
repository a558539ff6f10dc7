"""The status of each refusal, by the open choices and deviations of a mock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.api.refusals import (
    MALFORMED_JSON,
    MISSING_KEY,
    NOT_DECLARED_JSON,
    Refusal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Statuses:
    """The statuses of one mock: `choices` are options by id of the open choice, `deviations` values by name."""

    def __init__(
        self, choices: Mapping[str, str], deviations: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._chosen = {
            MISSING_KEY: int(choices["missing-key"]),
            MALFORMED_JSON: int(choices["malformed-json"]),
        }
        if choices["content-type"] != "accepted":
            self._chosen[NOT_DECLARED_JSON] = int(choices["content-type"])
        pairs = (each.split(":") for each in deviations.get("status", ()))
        self._replaced = {int(documented): int(other) for documented, other in pairs}

    def of(self, refusal: Refusal) -> int:
        """Return the status that the refusal is answered with. A chosen one is not replaced."""
        chosen = self._chosen.get(refusal)
        if chosen is not None and chosen != refusal.status:
            return chosen
        return self._replaced.get(refusal.status, refusal.status)
