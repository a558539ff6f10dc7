"""The script that a report has for a race: it sends the burst again and tells the fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from billing_verify.account import TestAccount
from billing_verify.client.exchange import Call, Exchange
from billing_verify.client.keys import right_key
from billing_verify.results.burst_script import write_burst_script
from tests.processes import KEY, environment
from tests.reported import Reported
from tests.zoo import Service, serving
from tests.zoo.faults.races import BalanceCheckThenAct, LostUpdate, RefCheckThenAct
from tests.zoo.verifying import open_account

USER = "7f2f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001"


def repeat(script, *arguments, folder):
    file = Path(folder, "again.py")
    file.write_text(script, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(file), *arguments],
        capture_output=True,
        check=False,
        text=True,
        env=environment(KEY, {}),
        timeout=60,
    )


def script_of(service, clause, folder):
    """Return the script of the first failure of a clause in a run against a service, and where that failed."""
    with serving(service) as url:
        hook = ("--account-url", f"{url}/_zoo/accounts")
        run = Reported(url, *hook, "--clause", clause, folder=folder)
    failure = next(each for each in run.json["failures"] if each["script"])
    return failure, run


@pytest.mark.parametrize(
    ("service", "case"),
    [
        (RefCheckThenAct, ("race.same-ref", "100", "a ref debits once")),
        (BalanceCheckThenAct, ("race.no-overdraft", "5", "the balance is -")),
        (LostUpdate, ("race.no-overdraft", "100", "come to")),
    ],
)
def test_it_shows_the_fault_of_a_faulty_service_and_none_of_a_good_one(
    service, case, tmp_path
):
    clause, balance, words = case
    failure, _ = script_of(service(), clause, tmp_path)

    with serving(service()) as url:
        open_account(url, USER, balance, None)
        faulty = repeat(failure["script"], USER, url, folder=tmp_path)
    with serving(Service()) as url:
        open_account(url, USER, balance, None)
        good = repeat(failure["script"], USER, url, folder=tmp_path)

    assert faulty.returncode == 1, faulty.stdout + faulty.stderr
    assert words in faulty.stderr
    assert (good.returncode, good.stderr) == (0, ""), good.stdout


def test_it_can_be_copied_from_the_page_and_has_no_key(tmp_path):
    failure, run = script_of(RefCheckThenAct(), "race.same-ref", tmp_path)

    assert failure["at_once"].startswith("16 requests at once: ")
    assert failure["script"].strip() in run.page.text
    assert "scripts that repeat races: --html FILE" in run.ended.stdout
    assert KEY not in failure["script"]
    assert "BILLING_SERVICE_TOKEN" in failure["script"]


def test_whatever_a_call_holds_it_is_a_program():
    odd = "'\"\\\n\u2028${x}\U0001f4b8\x00"
    account = TestAccount(odd, 5)
    url = "http://127.0.0.1:1/base/internal/billing/debit"
    call = Call("POST", url, right_key(KEY), {"X": odd}).with_fields(
        {"user_id": odd, "units": 1, "ref": odd, "reason": odd}
    )

    script = write_burst_script([Exchange(call, None, burst=1)] * 3, account, odd)

    compile(script, "again.py", "exec")
    assert "URL = 'http://127.0.0.1:1/base'" in script
    assert script.count("/internal/billing/debit") == 1
