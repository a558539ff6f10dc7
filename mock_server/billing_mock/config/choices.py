"""Which option of every open choice of the contract the mock takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from billing_contract import NotJsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from billing_contract import Contract


class ChoiceError(ValueError):
    """No such choice, or no such option; the message lists the right ones."""


class Choices(Mapping[str, str]):
    """The option taken for every open choice, by the ids of the contract. Frozen."""

    def __init__(self, contract: Contract, taken: Mapping[str, str]) -> None:
        for name, option in taken.items():
            _check(contract, name, option)
        self._taken = {
            choice.id: taken.get(choice.id, choice.default)
            for choice in contract.open_choices.values()
        }

    @classmethod
    def parse(
        cls,
        contract: Contract,
        texts: Iterable[str],
        *,
        over: Mapping[str, str] | None = None,
    ) -> Choices:
        """Read texts such as `unknown-user=not-found`; they go before what `over` says. Raises ChoiceError."""
        taken = dict(over or {})
        for text in texts:
            name, equals, option = text.partition("=")
            if not equals:
                raise ChoiceError(
                    f"{text!r}: must be NAME=OPTION, such as unknown-user=not-found"
                )
            taken[name.strip()] = option.strip()
        return cls(contract, taken)

    @classmethod
    def read(cls, contract: Contract, path: Path) -> dict[str, str]:
        """The options that `billing-verify --observed FILE` saw. Raises ChoiceError."""
        try:
            raw = path.read_bytes()
            observed = parse_json(raw)["observed"]
            taken = {str(name): str(option) for name, option in observed.items()}
        except OSError as error:
            raise ChoiceError(f"{path}: cannot be read: {error}") from error
        except NotJsonError as error:
            raise ChoiceError(f"{path}: not JSON: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise ChoiceError(
                f"{path}: not written by billing-verify --observed: it has no object observed"
            ) from error
        for name, option in taken.items():
            try:
                _check(contract, name, option)
            except ChoiceError as error:
                line = raw.partition(f'"{name}"'.encode())[0].count(b"\n") + 1
                raise ChoiceError(f"{path}, line {line}: {error}") from error
        return taken

    def __getitem__(self, name: str) -> str:
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def __len__(self) -> int:
        return len(self._taken)


def _check(contract: Contract, name: str, option: str) -> None:
    choice = contract.open_choices.get(name)
    if choice is None:
        raise ChoiceError(
            f"{name!r} is no open choice; there are: {', '.join(contract.open_choices)}"
        )
    if option not in choice.option_ids:
        raise ChoiceError(
            f"{name}: {option!r} is no option; there are: {', '.join(choice.option_ids)}"
        )
