"""action.yml: its shell steps as they stand there, in a clean environment with the variables of a runner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
import yaml

from billing_mock import BillingMock, Settings
from tests.once import once
from tests.wheel import ROOT
from tests.zoo import serving
from tests.zoo.faults.idempotency import RefsIgnored

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {each.get("name", each.get("uses")): each for each in ACTION["runs"]["steps"]}
KEY = "a-key-of-a-deployment"
CLAUSE = "--clause\nref.duplicate"


def run_verify(folder, **inputs):
    """Run the step that verifies, with these inputs, and return what it left."""
    given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): text for name, text in inputs.items()}
    variables = {
        name: re.sub(
            r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text
        )
        for name, text in STEPS["Verify"]["env"].items()
    }
    programs = folder / "temp" / "billing-contract" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    verify = programs / "billing-verify"
    verify.write_text(f'#!/bin/sh\nexec {sys.executable} -m billing_verify "$@"\n')
    verify.chmod(0o755)
    for name in ("summary", "output"):
        (folder / name).write_text("")
    ended = subprocess.run(
        [
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            STEPS["Verify"]["run"],
        ],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_SERVER_URL": "https://github.test",
            "GITHUB_REPOSITORY": "team/gateway",
            "GITHUB_RUN_ID": "17",
            "RUNNER_TEMP": str(folder / "temp"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    output = (folder / "output").read_text().splitlines()
    return SimpleNamespace(
        status=ended.returncode,
        printed=ended.stdout + ended.stderr,
        outputs=dict(line.split("=", 1) for line in output),
        summary=(folder / "summary").read_text(encoding="utf-8"),
        reports=sorted(path.name for path in (folder / given["reports"]).glob("*")),
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    def verified(folder):
        with serving(RefsIgnored()) as url:
            return run_verify(
                folder,
                url=url,
                key=RefsIgnored.key,
                profile="quick",
                options=f"{CLAUSE}\n--account-url\n{url}/_zoo/accounts",
            )

    return once(tmp_path_factory, "action-broken", verified)


def test_a_broken_contract_fails_the_step_with_annotation_and_summary(broken):
    assert broken.status == 1
    assert broken.outputs == {"exit-status": "1", "verdict": "does not conform"}
    assert re.search(r"^::error title=.*ref\.duplicate::", broken.printed, re.MULTILINE)
    assert broken.summary.startswith("## ❌ Billing contract: does not conform")
    assert "https://github.test/team/gateway/actions/runs/17" in broken.summary


def test_all_reports_are_there_to_be_kept(broken):
    upload = STEPS["actions/upload-artifact@v4"]

    assert broken.reports == [
        *("badge.json", "junit.xml", "report.html", "report.json", "summary.md")
    ]
    assert (upload["if"], upload["with"]["path"]) == (
        "always()",
        "${{ inputs.reports }}",
    )


def test_accounts_and_extra_fields_are_taken_from_lines_and_incomplete_is_3(tmp_path):
    with BillingMock(Settings(key=KEY)) as mock:
        mock.fund("anna", 100)
        mock.fund("boris mit space", 100)
        ended = run_verify(
            tmp_path,
            url=mock.url,
            key=KEY,
            accounts="anna\nboris mit space\n",
            extra_fields="action=chat\n\nnote=a b",
            budget="1",
            profile="quick",
            options="--clause\ndebit.insufficient",
        )
        bodies = [each.body for each in mock.requests if each.operation == "debit"]

    assert (ended.status, ended.outputs["verdict"]) == (3, "not fully tested")
    assert re.search(
        r"^::warning title=.*not fully tested::", ended.printed, re.MULTILINE
    )
    assert bodies
    assert all(b'"note": "a b"' in each or b'"note":"a b"' in each for each in bodies)


def test_incomplete_can_be_accepted_and_is_still_told(tmp_path):
    with BillingMock(Settings(key=KEY)) as mock:
        mock.fund("anna", 100)
        ended = run_verify(
            tmp_path,
            url=mock.url,
            key=KEY,
            accounts="anna",
            accept_untested="true",
            profile="quick",
            options="--clause\ndebit.insufficient",
        )

    assert (ended.status, ended.outputs["verdict"]) == (0, "not fully tested")


def test_an_unreachable_deployment_is_2_with_a_sentence_and_without_the_key(tmp_path):
    ended = run_verify(tmp_path, url="http://127.0.0.1:1", key=KEY)

    assert ended.status == 2
    assert ended.outputs == {"exit-status": "2", "verdict": "could not judge"}
    assert "could not judge" in ended.summary
    assert KEY not in ended.printed + ended.summary


def test_what_is_given_is_never_part_of_a_script():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


def test_each_input_is_used_and_explained():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")

    for name, each in ACTION["inputs"].items():
        assert each["description"]
        assert f"inputs.{name} " in text, name
