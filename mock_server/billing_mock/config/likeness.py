"""A file that `billing-verify --observed` wrote: what a mock can copy of that deployment, and what it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_contract import parse_json
from billing_contract.deviations import DeviationError, explains
from billing_mock.config.choices import ChoiceError, Choices
from billing_mock.config.deviations import Deviations

if TYPE_CHECKING:
    from pathlib import Path

    from billing_contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What was seen of the deployment `target`.

    `choices` are options by the id of their open choice. `not_copied` has a sentence for each thing
    that was seen, or looked for in vain, and that no setting of a mock stands for.
    """

    target: str
    choices: dict[str, str]
    deviations: Deviations
    not_copied: tuple[str, ...]

    @classmethod
    def read(cls, contract: Contract, path: Path) -> Likeness:
        """Read a file. One of an older version may lack everything but the choices.

        Raises ChoiceError or DeviationError, with the file, where it is not such a file or holds
        what this version does not know.
        """
        choices = Choices.read_observed(contract, path)
        file = parse_json(path.read_bytes())
        try:
            deviations = Deviations(map(str, file.get("deviations", ())))
            not_copied = tuple(_not_copied(contract, file, choices, deviations))
        except DeviationError as error:
            raise DeviationError(f"{path}: {error}") from error
        except (TypeError, AttributeError) as error:
            raise ChoiceError(
                f"{path}: not written by billing-verify --observed: {error}"
            ) from error
        return cls(
            target=str(file.get("target", "")),
            choices=choices,
            deviations=deviations,
            not_copied=not_copied,
        )


def _not_copied(
    contract: Contract,
    file: dict[str, Any],
    choices: dict[str, str],
    deviations: Deviations,
) -> list[str]:
    otherwise = {
        str(name): str(seen) for name, seen in file.get("otherwise", {}).items()
    }
    explained = {"error-body"} if "error-object" in deviations else set()
    told = [
        f"{name}: {seen}" for name, seen in otherwise.items() if name not in explained
    ]
    told += [
        f"{each.id} was not seen; this mock takes {each.default}"
        for each in contract.open_choices.values()
        if each.id not in {*choices, *otherwise, *explained}
    ]
    for clause_id in map(str, file.get("broken", ())):
        clause = contract.clauses.get(clause_id)
        if clause and not explains(deviations.texts, clause_id):
            told.append(f"{clause_id} is broken there and kept here: {clause.text}")
    return told
