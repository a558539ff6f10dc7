"""The contract from the mock, over HTTP and on the command line."""

from __future__ import annotations

import json

import httpx
import pytest
import yaml
from click.testing import CliRunner

from billing_contract import load_contract
from billing_contract.specification import OPENAPI30_FILE, Form
from billing_mock import BillingMock
from billing_mock.cli import main
from tests.processes import run

CONTRACT = load_contract()
YAML = CONTRACT.path.read_bytes()
ROUTES = {
    "/openapi.yaml": "application/yaml",
    "/openapi.json": "application/json",
    "/openapi-3.0.json": "application/json",
}


@pytest.fixture(scope="module")
def mock():
    with BillingMock() as running:
        yield running


def test_the_yaml_is_the_file_byte_for_byte(mock):
    assert httpx.get(f"{mock.url}/openapi.yaml").content == YAML


def test_the_json_says_the_same(mock):
    assert httpx.get(f"{mock.url}/openapi.json").json() == yaml.safe_load(YAML)


def test_openapi30_is_the_shipped_one(mock):
    assert (
        httpx.get(f"{mock.url}/openapi-3.0.json").content == OPENAPI30_FILE.read_bytes()
    )


@pytest.mark.parametrize("path", ROUTES)
def test_it_needs_no_key_and_declares_what_it_is(mock, path):
    got = httpx.get(mock.url + path)

    assert (got.status_code, got.headers["Content-Type"]) == (200, ROUTES[path])


@pytest.mark.parametrize("path", ROUTES)
def test_head_tells_the_same_without_the_body(mock, path):
    got, head = httpx.get(mock.url + path), httpx.head(mock.url + path)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_another_method_is_405_in_json(mock, method, path):
    refused = httpx.request(method, mock.url + path)

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert refused.json()["detail"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], YAML.decode()),
        (["--format", "yaml"], YAML.decode()),
        (["--format", "3.0-json"], OPENAPI30_FILE.read_text()),
    ],
)
def test_the_command_prints_it_without_a_server(arguments, wanted, tmp_path):
    printed = run("billing_mock", "spec", *arguments)

    assert (printed.stdout, printed.stderr, printed.returncode) == (wanted, "", 0)


def test_the_command_prints_the_json():
    printed = run("billing_mock", "spec", "--format", Form.JSON)

    assert json.loads(printed.stdout) == yaml.safe_load(YAML)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["spec", "--format", "xml"], "'yaml', 'json', '3.0-json'"),
        (["spec", "more"], "unexpected extra argument"),
        (["spice"], "No such command"),
    ],
)
def test_wrong_usage_is_said_without_a_traceback(arguments, words):
    ended = run("billing_mock", *arguments)

    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_openapi30_is_said_without_a_traceback(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "billing_contract.specification.OPENAPI30_FILE", tmp_path / "nowhere"
    )

    ended = CliRunner().invoke(main, ["spec", "--format", "3.0-json"])

    assert (ended.exit_code, "cannot be read" in ended.stderr) == (1, True)
    assert isinstance(ended.exception, SystemExit)


def test_the_help_names_it():
    assert "spec " in run("billing_mock", "--help").stdout
    assert "3.0-json" in run("billing_mock", "spec", "--help").stdout
