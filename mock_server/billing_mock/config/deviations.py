"""The deviations of a mock: where it is told to leave the contract, as some service does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from billing_contract.deviations import DEVIATIONS, DeviationError, parse_deviation

if TYPE_CHECKING:
    from collections.abc import Iterable


class Deviations(Mapping[str, tuple[str, ...]]):
    """The values of each deviation that a mock has, by its name; of one without a value, none. It does not change.

    `texts` are such as `wrong-key-accepted` or `required-field=action`; one that can have several
    values may stand several times. Raises DeviationError for any other text, and for two values of
    a deviation that has one.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = tuple(dict.fromkeys(text.strip() for text in texts))
        values: dict[str, tuple[str, ...]] = {}
        for text in self.texts:
            deviation, value = parse_deviation(text)
            several = values.get(deviation.id, ())
            if several and not deviation.is_repeatable:
                raise DeviationError(f"{text!r}: {deviation.id} is given twice")
            values[deviation.id] = several if value is None else (*several, value)
        self._values = values

    def sentences(self) -> dict[str, str]:
        """Return what each deviation means, by its text."""
        return {text: DEVIATIONS[text.partition("=")[0]].text for text in self.texts}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
