"""Settings from a TOML file: what they may be, and who goes first."""

from __future__ import annotations

import pytest

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Ledger
from billing_verify.config.settings import make_options, read_settings
from billing_verify.errors import SettingsError
from tests.processes import run


def written(tmp_path, text, name="settings.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_pyproject_has_a_table_and_another_file_is_one(tmp_path):
    own = read_settings(written(tmp_path, 'budget = 3\naccount = ["a"]\n'))
    project = read_settings(
        written(tmp_path, "[tool.billing-verify]\nstrict = true\n", "pyproject.toml")
    )

    assert own.values == {"budget": "3", "account": ("a",)}
    assert project.values == {"strict": True}


def test_the_command_line_goes_before_the_file_and_that_before_the_default():
    options = make_options(
        "http://127.0.0.1:1",
        {"budget": "7", "strict": None},
        {"budget": "3", "strict": True},
        {},
    )

    assert (options.budget, options.strict, options.timeout) == (7, True, 10.0)


def test_the_key_is_in_no_repr(tmp_path):
    given = {"key-file": str(written(tmp_path, "a-key-of-ours\n"))}

    options = make_options("http://127.0.0.1:1", given, {}, {})

    assert options.target().key == "a-key-of-ours"
    assert "a-key-of-ours" not in repr(options) + repr(options.target())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("budget = [", "not TOML"),
        ("colour = 1", "colour: no such setting"),
        ("html = 'x'", "html: no such setting"),
        ("strict = 'yes'", "strict: must be true or false"),
        ("account = 'a'", "account: must be a list of texts"),
        ("budget = true", "budget: must be a text or a number"),
        ("profile = 'slow'", "quick, standard, thorough"),
        (
            "[[known-deviation]]\nclause = 'input.zero'",
            "must have a clause and a reason",
        ),
    ],
)
def test_a_wrong_settings_file_says_what_is_wrong(tmp_path, text, words):
    with pytest.raises(SettingsError, match=words) as caught:
        read_settings(written(tmp_path, text))

    assert "settings.toml" in str(caught.value)


@pytest.fixture
def mock():
    with BillingMock() as running:
        yield running


def verify(mock, *arguments, cwd):
    return run("billing_verify", mock.url, "--profile", "quick", *arguments, cwd=cwd)


def test_the_command_line_goes_before_the_file_of_this_folder(mock, tmp_path):
    written(
        tmp_path,
        '[tool.billing-verify]\nclause = ["debit.exact", "debit.shape"]\n',
        "pyproject.toml",
    )

    from_file = verify(mock, cwd=tmp_path)
    from_line = verify(mock, "--clause", "check.shape", cwd=tmp_path)

    assert "settings: pyproject.toml" in from_file.stdout
    assert "2 of 2 must clauses executed" in from_file.stdout
    assert "1 of 1 must clauses executed" in from_line.stdout


@pytest.mark.parametrize(
    "text",
    [
        "[[known-deviation]]\nclause = 'ref.forgotten'\nreason = 'x'\n",
        "budget = 'lots'\n",
        "header = ['no colon']\n",
    ],
)
def test_a_value_that_means_nothing_is_no_verdict(mock, tmp_path, text):
    ended = verify(mock, "--config", written(tmp_path, text), cwd=tmp_path)

    assert ended.returncode == 2
    assert "Traceback" not in ended.stdout + ended.stderr


KNOWN = "clause = ['ref.duplicate']\n[[known-deviation]]\nclause = 'ref.duplicate'\nreason = 'ticket 12'\n"


def test_a_known_deviation_is_told_and_does_not_fail(mock, tmp_path, monkeypatch):
    monkeypatch.setattr(Ledger, "_refuse_used", lambda self, ref, holding: None)

    ended = verify(mock, "--config", written(tmp_path, KNOWN), cwd=tmp_path)

    assert ended.returncode == 0, ended.stdout
    assert "known deviation: ticket 12" in ended.stdout


def test_a_deviation_that_no_longer_happens_fails(mock, tmp_path):
    ended = verify(mock, "--config", written(tmp_path, KNOWN), cwd=tmp_path)

    assert ended.returncode == 1
    assert "take it out of the settings: ref.duplicate" in " ".join(
        ended.stdout.split()
    )
