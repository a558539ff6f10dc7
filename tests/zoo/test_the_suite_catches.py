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
    if number % 16 == 0 or each.wants or each.limits
]


# What only accounts of the operator show otherwise than accounts that are opened for one test.
OF_THE_OPERATOR = [
    "PendingIsUsed",
    "CheckReadsTwice",
    "PlanAsText",
    "ThousandsSeparated",
]
AFTER_OTHERS = {
    "DebitWantsMore": ("balance.shape", "check.verdict", "debit.insufficient"),
    "UnsignedUnderflow": ("debit.whole-balance", "ref.duplicate-when-drained"),
    "AnswersOldBalance": ("debit.insufficient",),
    "UnitsRoundedToTenths": ("ref.exact", "ref.refused-stays-free", "race.same-ref"),
}
"""Clauses whose tests find the account of the operator as the fault has left it in other tests."""


@pytest.fixture(scope="module")
def verifier():
    running = Verifier(fork_server())
    yield running
    running.close()


@pytest.fixture(scope="module")
def frugal_verifier():
    """Return a verifier that has two named accounts, and one that may be emptied."""
    running = Verifier(fork_server(), "named+drain")
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


def fault_named(name):
    return next(each for each in all_faults() if each.name == name)


@pytest.mark.parametrize("name", OF_THE_OPERATOR)
def test_a_fault_is_caught_with_accounts_of_the_operator(frugal_verifier, name):
    fault = fault_named(name)
    with serving(fault.service()) as url:
        _, report, printed = frugal_verifier.verify(url, "--clause", fault.breaks)

    assert broken_clauses(report) == {fault.breaks}, printed


@pytest.mark.parametrize("name", AFTER_OTHERS)
def test_a_fault_is_not_blamed_on_what_it_left_behind(frugal_verifier, name):
    fault = fault_named(name)
    clauses = [fault.breaks, *AFTER_OTHERS[name]]
    with serving(fault.service()) as url:
        _, report, printed = frugal_verifier.verify(
            url,
            *("--profile", "quick"),
            *(word for clause in clauses for word in ("--clause", clause)),
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
        status, report, printed = verifier.verify(url, "--profile", "quick", "--strict")

    assert (status, errors(report)) == (0, {}), printed
