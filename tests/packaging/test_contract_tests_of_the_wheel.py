"""The contract tests of an installed wheel, run by pytest itself with the options of the command."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.processes import environment
from tests.zoo import Service, serving

INSTALLED = ("--pyargs", "billing_verify.contract_tests", "-p", "billing_verify.plugin")


@pytest.fixture
def pytest_of_the_wheel(installed, tmp_path):
    """Runs the contract tests of the wheel as pytest's own, from an empty folder."""

    def run(url, *arguments):
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                *INSTALLED,
                "--billing-url",
                url,
                *arguments,
            ],
            cwd=tmp_path,
            env=environment(Service.key, {"PYTHONPATH": str(installed)}),
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_contract_tests_of_the_wheel_take_the_options_of_the_command(
    pytest_of_the_wheel, tmp_path, workers
):
    with serving(Service()) as url:
        ended = pytest_of_the_wheel(
            url,
            *("--account-url", f"{url}/_zoo/accounts"),
            *("--profile", "quick", "--json", "report.json"),
            *("--clause", "debit.whole-balance", "--clause", "race.same-ref"),
            *("--seed", "7"),
            *workers,
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 of 2 must clauses executed" in ended.stdout
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["profile"], report["seed"]) == ("quick", 7)
    assert report["target"]["accounts"] == f"accounts opened by {url}/_zoo/accounts"


def test_a_test_file_of_the_user_s_may_have_the_name_of_one_of_ours(
    pytest_of_the_wheel, tmp_path
):
    (tmp_path / "test_debit.py").write_text("def test_own(): pass\n")

    with serving(Service()) as url:
        ended = pytest_of_the_wheel(
            url,
            "test_debit.py",
            *("--account-url", f"{url}/_zoo/accounts", "--clause", "debit.shape"),
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 of 1 must clauses executed" in ended.stdout
