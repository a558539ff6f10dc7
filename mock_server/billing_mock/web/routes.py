"""Where a mock serves the operations: at the contract's paths, unless a deviation has it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from billing_contract import Operation
    from billing_mock.service import MockService


class Redirect(NamedTuple):
    """A path that is redirected: where to, and with which status."""

    goal: str
    status: int


class Routes:
    """The paths of one mock, by its deviations slash-added and slash-dropped.

    `operations` are served, by method and path. `redirects` are answered with their goal, by path.
    """

    def __init__(self, service: MockService) -> None:
        documented = service.contract.operations.values()
        deviations = service.settings.deviations
        added = deviations.get("slash-added", ())
        end = "/" if added else ""
        self.operations: dict[tuple[str, str], Operation] = {
            (each.method, f"{each.path}{end}"): each for each in documented
        }
        self.redirects: dict[str, Redirect] = {}
        for each in documented:
            for status in added:
                self.redirects[each.path] = Redirect(f"{each.path}/", int(status))
            for status in () if added else deviations.get("slash-dropped", ()):
                self.redirects[f"{each.path}/"] = Redirect(each.path, int(status))
