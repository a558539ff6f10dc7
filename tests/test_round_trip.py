"""What is observed of a mock is what it was set to, for every open choice and option."""

from __future__ import annotations

import json

import pytest

from billing_contract import load_contract
from billing_mock import BillingMock, Settings
from billing_mock.config.choices import ChoiceError, Choices
from tests.processes import run

CONTRACT = load_contract()
ROUNDS = max(len(choice.options) for choice in CONTRACT.open_choices.values())


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_observed_options_are_the_ones_taken(tmp_path, turn):
    taken = {
        choice.id: choice.option_ids[turn % len(choice.option_ids)]
        for choice in CONTRACT.open_choices.values()
    }
    file = tmp_path / "observed.json"

    with BillingMock(Settings(choices=Choices(CONTRACT, taken))) as mock:
        ended = run(
            "billing_verify",
            mock.url,
            "--profile",
            "quick",
            "--observed",
            file,
            "--provisional",
        )

    assert ended.returncode == 0, ended.stdout
    assert json.loads(file.read_text())["observed"] == taken
    assert dict(Choices(CONTRACT, Choices.read_observed(CONTRACT, file))) == taken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not written by billing-verify"),
        ("{}", "no object observed"),
        ('{"observed": 5}', "no object observed"),
        ('{"observed": {"color": "red"}}', "line 1: 'color' is no open choice"),
        ('{"observed": {\n"no-plan": "gone"}}', "line 2: .*null, absent, placeholder"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, words):
    file = tmp_path / "observed.json"
    file.write_text(text)

    with pytest.raises(ChoiceError, match=words) as caught:
        Choices.read_observed(CONTRACT, file)

    assert str(file) in str(caught.value)
