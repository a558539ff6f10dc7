"""A page of another origin may not use the control plane, not even for a POST without a body."""

from __future__ import annotations

import pytest

HOST = "localhost:8001"


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:8002",
        "http://localhost:8001.evil.example",
        "null",
        "",
        "http://[",
    ],
)
def test_a_page_of_another_origin_resets_nothing(client, origin):
    client.debit()

    answer = client.control("POST", "reset", headers={"Host": HOST, "Origin": origin})

    assert answer.status_code == 403
    assert client.balance().json["balance"] == 740.0


@pytest.mark.parametrize("headers", [{}, {"Origin": f"http://{HOST}"}])
def test_the_mock_s_own_page_and_a_program_do(client, headers):
    client.debit()

    answer = client.control("POST", "reset", headers={"Host": HOST, **headers})

    assert answer.status_code == 204
    assert client.balance().json["balance"] == 742.0
