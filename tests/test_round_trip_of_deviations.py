"""A mock that is told to be like a service that leaves the contract does as that service does."""

from __future__ import annotations

import json

import pytest

from billing_contract import load_contract
from billing_contract.deviations import DEVIATIONS
from billing_mock import BillingMock, Choices, Settings
from billing_mock.config.likeness import Likeness
from tests.deviating import ALL, Lenient
from tests.processes import run, running_mock
from tests.zoo import Service, serving

CONTRACT = load_contract()
COMPARED = ("observed", "otherwise", "deviations", "broken")


def observe(url, service, file, *accounts):
    """Verify a target, and return exit status and what was observed, which is in the file too."""
    ended = run(
        "billing_verify",
        url,
        *accounts,
        *service.arguments,
        *("--profile", "quick", "--observed", file),
        key=Service.key,
    )
    seen = json.loads(file.read_text())
    # What a race breaks is not the same in every run.
    broken = [each for each in seen["broken"] if not each.startswith("race.")]
    return ended.returncode, {name: seen[name] for name in COMPARED} | {
        "broken": broken
    }


@pytest.mark.parametrize("service", ALL, ids=lambda each: each.__name__)
def test_a_mock_deviates_as_the_service_does(tmp_path, service):
    file, again = tmp_path / "service.json", tmp_path / "mock.json"
    with serving(service()) as url:
        status, of_service = observe(
            url, service, file, "--account-url", f"{url}/_zoo/accounts"
        )

    like = Likeness.read(CONTRACT, file)
    settings = Settings(
        choices=Choices(CONTRACT, like.choices), deviations=like.deviations
    )
    with BillingMock(settings) as mock:
        status_of_mock, of_mock = observe(mock.url, service, again)

    assert set(of_service["deviations"]) == set(service.deviations)
    assert of_mock == of_service
    assert status_of_mock == status


def test_every_deviation_makes_the_round_trip():
    texts = {text.partition("=")[0] for service in ALL for text in service.deviations}

    assert texts == set(DEVIATIONS)


def test_the_mock_lists_what_it_copies_and_what_it_cannot(tmp_path):
    file = tmp_path / "observed.json"
    file.write_text(
        json.dumps(
            {
                "target": "https://billing.example.test",
                "observed": {
                    each.id: each.default
                    for each in CONTRACT.open_choices.values()
                    if each.id not in {"no-plan", "tx-id"}
                },
                "otherwise": {"no-plan": "something else: {}"},
                "deviations": list(Lenient.deviations),
                "broken": ["ref.duplicate", "debit.exact"],
            }
        )
    )

    with running_mock("--like", str(file)) as (_, _, greeting):
        lines = [line.strip() for line in greeting.splitlines()]

    copied = [line for line in lines if line.startswith("deviates")]
    cannot = [line for line in lines if line.startswith("no copy")]
    assert "does not keep contract" in lines[0]
    assert (
        f"like      https://billing.example.test: {len(CONTRACT.open_choices) - 2} open choices"
        in greeting
    )
    assert "choices   unknown-user=empty, user-id-format=any-string" in greeting
    assert len(copied) == len(Lenient.deviations)
    assert len(cannot) == 3
    assert "no copy   no-plan: something else: {}" in cannot
    assert "no copy   tx-id was not seen; this mock takes uuid" in cannot
    assert any("debit.exact is broken there and kept here" in each for each in cannot)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"observed": {}, "deviations": ["ref-nil"]}', "'ref-nil' is no deviation"),
        ('{"observed": {}, "deviations": 5}', "not written by billing-verify"),
        ('{"observed": {}, "otherwise": 5}', "not written by billing-verify"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, words):
    file = tmp_path / "observed.json"
    file.write_text(text)

    with pytest.raises(ValueError, match=words) as caught:
        Likeness.read(CONTRACT, file)

    assert str(file) in str(caught.value)
