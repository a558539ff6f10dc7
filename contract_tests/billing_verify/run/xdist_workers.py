"""Workers of pytest-xdist are processes of their own: what each has learned comes together in one report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from billing_verify.report.build import RunFacts

_LEARNED = "billing_learned"


class Workers:
    """A pytest plugin: a worker hands over what it has learned, and the run that it works for adds it up."""

    def __init__(self, facts: RunFacts) -> None:
        self._facts = facts

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what the run needs to know, as plain data."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_LEARNED] = {
                "accounts": self._facts.accounts,
                "requests": self._facts.requests,
                "spent": str(self._facts.spent),
                "overlaps": self._facts.overlaps,
            }

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has learned; one that crashed tells nothing."""
        learned = getattr(node, "workeroutput", {}).get(_LEARNED)
        if learned is None:
            return
        told = dict.fromkeys([self._facts.accounts, learned["accounts"]])
        self._facts.accounts = "; ".join(filter(None, told))
        self._facts.requests += learned["requests"]
        self._facts.spent += Decimal(learned["spent"])
        self._facts.overlaps += learned["overlaps"]
