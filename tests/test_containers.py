"""Dockerfile and compose.yaml, as far as they can be checked without an engine."""

from __future__ import annotations

import socket
import subprocess
import sys

import yaml

from billing_mock import BillingMock
from billing_mock.config.settings import PUBLIC_KEY
from tests.dockerfile import ROOT, environment_of, health_command, instructions

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICE = COMPOSE["services"]["billing-service"]
# The integration document's own block.
GATEWAY = yaml.safe_load("""
services:
  gateway:
    environment:
      - BILLING_SERVICE_URL=http://billing-service:8001
      - BILLING_SERVICE_TOKEN=super-secret-dev
    networks:
      - microservices-network

networks:
  microservices-network:
    external: true
""")


def health(port):
    program, *arguments = health_command()
    assert program == "python"
    return subprocess.run(
        [sys.executable, *arguments],
        env={"BILLING_MOCK_PORT": str(port), "http_proxy": "http://127.0.0.1:1"},
        capture_output=True,
        check=False,
    ).returncode


def test_the_document_s_gateway_finds_the_service_unchanged():
    environment = dict(
        line.split("=", 1) for line in GATEWAY["services"]["gateway"]["environment"]
    )
    (network,) = GATEWAY["networks"]

    assert environment["BILLING_SERVICE_URL"] == (
        f"http://{next(iter(COMPOSE['services']))}:{environment_of(1)['BILLING_MOCK_PORT']}"
    )
    assert SERVICE["networks"] == GATEWAY["services"]["gateway"]["networks"]
    assert COMPOSE["networks"][network] == {"name": network}
    assert SERVICE["environment"]["BILLING_SERVICE_TOKEN"] == (
        "${BILLING_SERVICE_TOKEN:-" + environment["BILLING_SERVICE_TOKEN"] + "}"
    )
    assert environment["BILLING_SERVICE_TOKEN"] == PUBLIC_KEY


def test_the_host_s_port_is_open_to_this_machine_alone():
    assert SERVICE["ports"] == ["127.0.0.1:8001:8001"]
    assert instructions("EXPOSE") == ["8001"]


def test_the_images_are_pinned_slim_and_not_root():
    bases = {line.split()[0] for line in instructions("FROM")}

    assert len(bases) == 1
    assert "-slim" in bases.pop().partition(":")[2]
    assert instructions("USER")[-1].partition(":")[0] not in {"", "0", "root"}


def test_the_health_check_passes_for_a_mock_whatever_the_proxy():
    with BillingMock() as mock:
        assert health(mock.url.rpartition(":")[2]) == 0


def test_the_health_check_fails_where_nobody_answers():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        assert health(unused.getsockname()[1]) != 0
