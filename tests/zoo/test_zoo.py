"""The zoo is tested by itself, without the suite that it is to test."""

import functools
import re

import pytest

from billing_contract import load_contract
from tests.zoo import (
    CLAUSES,
    PROVISIONAL,
    Service,
    all_conforming,
    all_faults,
    independent_service,
    serving,
)
from tests.zoo.baseline_checks import (
    assert_refusals_are_the_documented_ones,
    charged_after_disconnect,
    example_is_kept,
)
from tests.zoo.bursts import failed_bursts
from tests.zoo.client import Client
from tests.zoo.request_sequence import send_sequence

FAULTS, CONFORMING = all_faults(), all_conforming()
ANSWERING = [member for member in CONFORMING if not member.limits]
PLAINLY_ASKED = [member for member in ANSWERING if not member.wants]
RACES = [fault for fault in FAULTS if fault.race]
LOST = [fault for fault in FAULTS if fault.area == "lost"]
SEQUENTIAL = [fault for fault in FAULTS if fault not in RACES + LOST]
ANYTHING_EXPIRES_WITHIN = 0.05
ROUNDS_MAX = 20
TX_ID = re.compile(rb'"tx_id":"[^"]*"')


def each(members):
    return pytest.mark.parametrize(
        "member", members, ids=[member.name for member in members]
    )


@pytest.fixture(scope="module")
def plain_answers():
    return send_sequence(Service())


@pytest.fixture(scope="module")
def independent_url():
    with independent_service() as url:
        yield url


@pytest.fixture
def without_sleep(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


@functools.cache
def answers_of(service):
    return send_sequence(service())


# The registry


def test_every_clause_has_a_fault():
    broken = {fault.breaks for fault in FAULTS}

    assert broken == {*CLAUSES, *PROVISIONAL}


def test_the_clauses_are_those_of_the_contract():
    clauses = load_contract().clauses.values()

    assert {clause.id: clause.level for clause in clauses} == {**CLAUSES, **PROVISIONAL}


def test_every_option_of_the_open_choices_is_taken_by_some_conforming_service():
    choices = load_contract().open_choices.values()
    options = {
        (choice.id, option.id) for choice in choices for option in choice.options
    }

    taken = {pair for member in CONFORMING for pair in member.choices.items()}
    assert {pair for pair in taken if pair[1] != "other"} == options


@pytest.mark.parametrize("members", [FAULTS, CONFORMING], ids=["faults", "conforming"])
def test_names_and_descriptions_are_unique(members):
    assert len({member.name for member in members}) == len(members)
    assert len({member.description for member in members}) == len(members)
    assert all(member.description.endswith(".") for member in members)


@each(FAULTS)
def test_a_fault_names_known_clauses_once(member):
    named = [member.breaks, *member.also]

    assert set(named) <= {*CLAUSES, *PROVISIONAL}
    assert len(named) == len(set(named))


# The faulty services


@each(FAULTS)
def test_a_faulty_service_answers_the_example_unless_the_fault_is_there(member):
    with serving(member.service()) as url, Client(url) as client:
        try:
            kept = example_is_kept(client)
        except (KeyError, TypeError, AttributeError):
            kept = False

    assert kept is not member.example_fails


@each(SEQUENTIAL)
def test_a_fault_shows_in_a_sequence_of_requests(member, plain_answers):
    answers = answers_of(member.service)
    if answers == plain_answers:
        answers = send_sequence(member.service(), pause=ANYTHING_EXPIRES_WITHIN)

    assert answers != plain_answers


@each(SEQUENTIAL)
def test_a_fault_makes_a_5xx_only_where_it_says_so(member):
    statuses = {status for status, _, _ in answers_of(member.service)}

    made = any(status >= "5" for status in statuses)
    assert made is ("http.no-5xx" in {member.breaks, *member.also})


@each(RACES)
@pytest.mark.usefixtures("without_sleep")
def test_a_race_does_not_show_in_a_sequence_of_requests(member, plain_answers):
    answers = send_sequence(member.service())

    assert without_tx_ids(answers) == without_tx_ids(plain_answers)


def without_tx_ids(answers):
    return [(status, TX_ID.sub(b"", body)) for status, _, body in answers]


@each(RACES)
def test_a_race_shows_in_a_burst(member):
    with serving(member.service()) as url:
        assert any(failed_bursts(url) for _ in range(ROUNDS_MAX))


@each(LOST)
def test_a_lost_response_is_not_charged_once(member):
    # Every second client hangs up at once, as some services look only once whether it is still there.
    moments = [number / 1000 * (number % 2) for number in range(ROUNDS_MAX)]

    with serving(member.service()) as url:
        assert any(charged_after_disconnect(url, after=each) != 2 for each in moments)


# The conforming services


@each(PLAINLY_ASKED)
def test_a_conforming_service_keeps_the_contract(member):
    service = member.service()
    with serving(service) as url, Client(url) as client:
        assert example_is_kept(client)
        assert_refusals_are_the_documented_ones(client)

    assert service.crashes == []


@each(PLAINLY_ASKED)
def test_a_conforming_service_charges_a_lost_response_once(member):
    with serving(member.service()) as url:
        assert charged_after_disconnect(url) == 2


@each(PLAINLY_ASKED)
def test_a_conforming_service_passes_every_burst(member):
    service = member.service()
    with serving(service) as url:
        assert failed_bursts(url) == []

    assert service.crashes == []


@each(ANSWERING)
@pytest.mark.usefixtures("without_sleep")
def test_nothing_sent_to_a_conforming_service_makes_a_5xx(member):
    statuses = {status for status, _, _ in send_sequence(member.service())}

    assert [status for status in statuses if status >= "5"] == []


# The independent service


def test_the_independent_service_keeps_the_contract(independent_url):
    with Client(independent_url) as client:
        assert example_is_kept(client)
        assert_refusals_are_the_documented_ones(client)


def test_the_independent_service_passes_every_burst(independent_url):
    assert failed_bursts(independent_url) == []


def test_the_independent_service_charges_a_lost_response_once(independent_url):
    assert charged_after_disconnect(independent_url) == 2
