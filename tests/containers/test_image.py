"""What the Dockerfile's RUN does, in a fresh environment, and the command that comes of it.

It installs from the package index, so `make test` leaves it alone and `make containers` runs it.
No engine: the layers, the user and the network of the image are not run here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.dockerfile import copy_context, environment_of, health_command, instructions
from tests.processes import KEY, environment, running_mock

MEGABYTE = 2**20
HEADERS = {"X-Internal-Key": KEY}
CHECK = {"user_id": "test-user", "units": 2.0}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that the image has at /opt/billing."""
    context = copy_context(tmp_path_factory.mktemp("context"))
    folder = tmp_path_factory.mktemp("opt") / "billing"
    (command,) = instructions("RUN")
    variables = {**environment_of(0), "PATH": f"{Path(sys.executable).parent}:/usr/bin"}
    subprocess.run(
        ["/bin/sh", "-c", command.replace("/opt/billing", str(folder))],
        cwd=context,
        env=environment(None, variables),
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def mock(installed):
    """The image's entry point with the image's settings, on a free port."""
    (entry,) = json.loads(instructions("ENTRYPOINT")[0])
    settings = {**environment_of(1), "PATH": f"{installed}/bin:/usr/bin"}
    with running_mock(program=[installed / "bin" / entry], **settings) as running:
        yield running


def test_it_answers_with_the_key_from_the_environment(mock):
    _, url, greeting = mock

    answer = httpx.post(f"{url}/internal/billing/check", json=CHECK, headers=HEADERS)

    assert answer.json() == {"allowed": True, "balance": 742.0}
    assert KEY not in greeting


def test_bound_to_all_addresses_the_control_plane_needs_the_key(mock):
    _, url, _ = mock

    asked = [
        httpx.get(f"{url}/_mock/accounts", headers=headers).status_code
        for headers in ({}, HEADERS)
    ]

    assert asked == [401, 200]


def test_it_is_healthy(mock, installed):
    port = mock[1].rpartition(":")[2]
    _, *arguments = health_command()

    ended = subprocess.run(
        [installed / "bin" / "python", *arguments],
        env={"BILLING_MOCK_PORT": port},
        check=False,
    )

    assert ended.returncode == 0


def test_the_contract_is_inside(installed):
    printed = subprocess.run(
        [installed / "bin" / "billing-mock", "spec"], check=True, capture_output=True
    )

    assert printed.stdout.startswith(b"# The contract")


def test_it_is_small_and_has_no_installer(installed):
    size = sum(path.stat().st_size for path in installed.rglob("*") if path.is_file())

    assert size < 80 * MEGABYTE
    assert not (installed / "bin" / "pip").exists()
    assert not list(installed.glob("lib/*/site-packages/schemathesis"))
