"""docs/ci.md: its files are what the services read, and its commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET

import yaml

from billing_mock import BillingMock, Settings
from tests.wheel import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
FILES = [
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
KEY = "a-key-of-a-deployment"


def test_the_workflow_gives_the_action_what_it_takes():
    [step] = FILES[0]["jobs"]["billing-contract"]["steps"]

    required = {name for name, each in ACTION["inputs"].items() if each.get("required")}
    assert required <= set(step["with"]) <= set(ACTION["inputs"])


def test_the_page_lists_every_input():
    rows = re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE)

    assert set(re.findall(r"`([\w-]+)`", " ".join(rows))) == set(ACTION["inputs"])


def test_the_job_of_gitlab_leaves_what_it_keeps(tmp_path):
    job = FILES[1]["billing-contract"]
    install, verify = job["script"]
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "billing-verify").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m billing_verify "$@"\n'
    )
    (programs / "billing-verify").chmod(0o755)
    with BillingMock(Settings(key=KEY)) as mock:
        mock.fund("anna", 100)
        ended = subprocess.run(
            ["sh", "-c", f"{verify} --profile quick --clause debit.insufficient"],
            cwd=tmp_path,
            env={
                "PATH": f"{programs}:{os.environ['PATH']}",
                "HOME": str(tmp_path),
                "BILLING_SERVICE_TOKEN": KEY,
                "BILLING_URL": mock.url,
                "BILLING_USER": "anna",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    artifacts = job["artifacts"]
    assert ended.returncode in job["allow_failure"]["exit_codes"], ended.stdout
    assert {*artifacts["paths"], artifacts["reports"]["junit"]} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert ET.parse(tmp_path / "junit.xml").getroot().find(".//testcase") is not None
    assert shlex.split(install)[-1].startswith("billing-contract[verify] @ git+")
