"""The suite against the zoo: every fault is caught by its own clause, and nothing else is accused.

Here one fault of each clause meets the tests of that clause, and some conforming services meet all
of them. `make zoo` runs the whole suite against every service.
"""

from __future__ import annotations

import pytest

from tests.processes import fork_server
from tests.zoo import all_conforming, all_faults, independent_service, serving
from tests.zoo.verifying import Verifier, broken_clauses, errors

SEQUENTIAL = list(
    {fault.breaks: fault for fault in reversed(all_faults()) if not fault.race}.values()
)
RACES = list(
    {fault.breaks: fault for fault in reversed(all_faults()) if fault.race}.values()
)
CONFORMING = [
    each
    for number, each in enumerate(all_conforming())
    if number % 9 == 0 or each.wants or each.limits
]


@pytest.fixture(scope="module")
def verifier():
    running = Verifier(fork_server())
    yield running
    running.close()


def named(member):
    return member.name


@pytest.mark.parametrize("fault", SEQUENTIAL, ids=named)
def test_a_fault_that_needs_no_race_is_caught_even_by_a_quick_run(verifier, fault):
    with serving(fault.service()) as url:
        _, report, printed = verifier.verify(
            url, "--profile", "quick", "--provisional", "--clause", fault.breaks
        )

    assert broken_clauses(report) == {fault.breaks}, printed


@pytest.mark.parametrize("fault", RACES, ids=named)
def test_a_race_is_caught_by_a_standard_run(verifier, fault):
    with serving(fault.service()) as url:
        _, report, printed = verifier.verify(
            url, "--provisional", "--clause", fault.breaks
        )

    assert broken_clauses(report) == {fault.breaks}, printed


@pytest.mark.parametrize("member", CONFORMING, ids=named)
def test_a_conforming_service_is_accused_of_nothing(verifier, member):
    with serving(member.service()) as url:
        status, report, printed = verifier.verify(
            url, "--profile", "quick", "--strict", "--provisional", *member.arguments
        )

    assert (status, errors(report)) == (0, {}), printed


def test_an_independent_service_is_accused_of_nothing(verifier):
    with independent_service() as url:
        status, report, printed = verifier.verify(url, "--strict")

    assert (status, errors(report)) == (0, {}), printed
