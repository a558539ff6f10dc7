"""The option that the mock takes for each open choice of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from billing_contract import NotJsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from billing_contract import Contract


class ChoiceError(ValueError):
    """There is no such choice or no such option, or a file of options cannot be used. The message names the remedy."""


class Choices(Mapping[str, str]):
    """The option taken for each open choice, by the id of the choice. It does not change.

    `given` holds options by the id of their choice; a choice that is not in it takes the default of
    the contract. Raises ChoiceError when the contract has no such choice or option.
    """

    def __init__(self, contract: Contract, given: Mapping[str, str]) -> None:
        for name, option in given.items():
            _check(contract, name, option)
        self._options = {
            choice.id: given.get(choice.id, choice.default)
            for choice in contract.open_choices.values()
        }

    @classmethod
    def parse(
        cls,
        contract: Contract,
        texts: Iterable[str],
        *,
        observed: Mapping[str, str] | None = None,
    ) -> Choices:
        """Return the choices of texts such as `unknown-user=not-found`.

        A choice that no text names has its option in `observed`, or else the default of the
        contract. Raises ChoiceError when a text has no `=`, or names no choice or option.
        """
        given = dict(observed or {})
        for text in texts:
            name, equals, option = text.partition("=")
            if not equals:
                raise ChoiceError(
                    f"{text!r}: must be NAME=OPTION, such as unknown-user=not-found"
                )
            given[name.strip()] = option.strip()
        return cls(contract, given)

    @staticmethod
    def read_observed(contract: Contract, path: Path) -> dict[str, str]:
        """Return the options in a file that `billing-verify --observed FILE` wrote, by the id of their choice.

        Raises ChoiceError when the file cannot be read, is not such a file, or holds an option that
        the contract does not have.
        """
        try:
            raw = path.read_bytes()
            observed = parse_json(raw)["observed"]
            options = {str(name): str(option) for name, option in observed.items()}
        except OSError as error:
            raise ChoiceError(f"{path}: cannot be read: {error}") from error
        except NotJsonError as error:
            raise ChoiceError(f"{path}: not JSON: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise ChoiceError(
                f"{path}: not written by billing-verify --observed: it has no object observed"
            ) from error
        for name, option in options.items():
            try:
                _check(contract, name, option)
            except ChoiceError as error:
                line = raw.partition(f'"{name}"'.encode())[0].count(b"\n") + 1
                raise ChoiceError(f"{path}, line {line}: {error}") from error
        return options

    def __getitem__(self, name: str) -> str:
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)


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
