"""`billing-mock --log json`: what a program reads that runs the mock."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from decimal import Decimal

import httpx

from billing_mock import BillingMock, Settings
from billing_mock.json_log import JsonLog
from tests.mock.gateway_calls import payload, with_requests
from tests.processes import environment

KEY = "a-key-of-our-own"


@contextmanager
def logging_mock(*arguments):
    """Yield a process with `--log json` and its first line; end it by its id."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "billing_mock",
            "--port",
            "0",
            "--log",
            "json",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        env=environment(KEY, {}),
    )
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        process.stdout.close()


def lines_after(process):
    """Return what the mock printed until it ended; it is told to end."""
    process.send_signal(signal.SIGTERM)
    return process.stdout.read()


def test_start_each_request_and_stop_are_told():
    with logging_mock() as (process, started):
        url = started["url"]
        for _ in range(2):
            with_requests(url, KEY, payload())
        httpx.get(f"{url}/nowhere")
        httpx.get(f"{url}/health")
        printed = lines_after(process)

    told = [json.loads(line, parse_float=Decimal) for line in printed.splitlines()]
    assert started["event"] == "started"
    assert started["upstream"] is None
    assert [each["event"] for each in told] == ["request"] * 3 + ["stopped"]
    assert [(each["status"], each["verdict"]) for each in told[:3]] == [
        (200, "accepted"),
        (409, "refused"),
        (404, "invalid"),
    ]
    first = json.loads(payload(), parse_float=Decimal)
    assert {name: told[0][name] for name in ("user_id", "units", "ref")} == {
        name: first[name] for name in ("user_id", "units", "ref")
    }
    assert (told[2]["path"], told[2]["operation"]) == ("/nowhere", None)


def test_no_key_is_printed():
    with logging_mock() as (process, started):
        debit = f"{started['url']}/internal/billing/debit"
        sent = {"user_id": KEY, "units": 1, "ref": KEY, "reason": KEY}
        for key in (KEY, KEY[:-1]):
            httpx.post(debit, json=sent, headers={"X-Internal-Key": key})
        httpx.get(f"{started['url']}/{KEY}")
        printed = lines_after(process)

    assert printed.count(b'"request"') == 3
    assert KEY[:-1].encode() not in printed


def test_the_key_of_a_deployment_is_not_printed():
    with (
        BillingMock(Settings(key="a-key-of-the-deployment")) as deployment,
        logging_mock("--upstream", deployment.url) as (process, started),
    ):
        sent = json.loads(payload())
        answer = httpx.post(
            f"{started['url']}/internal/billing/debit",
            json=sent | {"user_id": deployment.key},
            headers={"X-Internal-Key": deployment.key},
        )
        httpx.get(
            f"{started['url']}/{deployment.key}",
            headers={"X-Internal-Key": deployment.key},
        )
        printed = lines_after(process)
        url = deployment.url

    assert (started["upstream"], answer.status_code) == (url, 403)
    assert printed.count(b'"request"') == 2
    assert deployment.key.encode() not in printed


def test_a_reader_that_is_gone_stops_the_log_and_not_the_mock():
    with logging_mock() as (process, started):
        process.stdout.close()
        for number in range(3):
            answer = with_requests(started["url"], KEY, payload(ref=f"r-{number}"))
            assert answer.status_code == 200


def test_a_line_is_not_tried_after_one_that_failed():
    tried = []

    def refuse(line):
        tried.append(line)
        raise OSError("no space left")

    log = JsonLog(Settings(), refuse)
    log.stopped()
    log.stopped()

    assert len(tried) == 1
