"""Facts from the worker processes of pytest-xdist, added up in the run that started them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from billing_verify.config.options import Options
    from billing_verify.results.run_facts import RunFacts

_FACTS = "billing_facts"


def shares_tests(config: pytest.Config) -> bool:
    """Return whether several processes share the tests of this run, this one among them or above them."""
    workers = config.getoption("numprocesses", default=None)
    return bool(workers) or hasattr(config, "workerinput")


class Workers:
    """A pytest plugin that sends the facts of a worker to its run, and in that run adds them up."""

    def __init__(self, facts: RunFacts) -> None:
        self._facts = facts

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the facts that the run needs, as plain values; does nothing outside of a worker."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_FACTS] = {
                "accounts": self._facts.accounts,
                "requests": self._facts.requests,
                "spent": str(self._facts.spent),
                "overlaps": self._facts.overlaps,
            }

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the facts of a worker that ended to those of the run; one that crashed has sent none."""
        sent = getattr(node, "workeroutput", {}).get(_FACTS)
        if sent is None:
            return
        accounts = dict.fromkeys([self._facts.accounts, sent["accounts"]])
        self._facts.accounts = "; ".join(filter(None, accounts))
        self._facts.requests += sent["requests"]
        self._facts.spent += Decimal(sent["spent"])
        self._facts.overlaps += sent["overlaps"]


def refuse_too_many_workers(config: pytest.Config, options: Options) -> None:
    """Raise UsageError where accounts are named and there are fewer of them than workers."""
    workers = config.getoption("numprocesses", default=None) or 1
    if 0 < len(options.accounts) < workers:
        raise pytest.UsageError(
            f"{workers} workers need as many named accounts; name more with --account"
        )
