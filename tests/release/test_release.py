"""What is released: its metadata, its versions, and that it runs from an empty folder with all versions it allows."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile

import httpx
import pytest
import yaml

import billing_contract
from tests.processes import KEY, environment, running_mock
from tests.release.conftest import WHAT, call
from tests.wheel import ROOT

HEADINGS = re.findall(
    r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_metadata_and_long_description_are_valid(files):
    checked = call("twine", "check", "--strict", *files.iterdir())

    assert checked.count("PASSED") == len(WHAT)


def test_the_sdist_has_the_contract_and_builds_the_wheel(files):
    [sdist] = files.glob(WHAT["sdist"])
    with tarfile.open(sdist) as archive:
        names = {each.partition("/")[2] for each in archive.getnames()}

    assert {"openapi.yaml", "README.md", "LICENSE", "CHANGELOG.md"} <= names
    assert not [name for name in names if name.startswith((".venv", "node_modules"))]


def test_the_changelog_begins_with_this_version_or_with_what_is_not_released():
    assert HEADINGS[0] in {"Unreleased", billing_contract.__version__}
    assert billing_contract.__version__ not in HEADINGS[1:]


def test_a_released_contract_is_kept_as_it_was():
    contract = billing_contract.load_contract()
    released = ROOT / "released" / f"openapi-{contract.version}.yaml"
    is_release = HEADINGS[0] == billing_contract.__version__

    assert released.exists() or not is_release
    if released.exists():
        current = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
        assert yaml.safe_load(released.read_text(encoding="utf-8")) == current


@pytest.mark.parametrize("what", WHAT)
def test_it_runs_from_an_empty_folder(python, files, what, tmp_path):
    [file] = files.glob(WHAT[what])
    call(
        *("uv", "pip", "install", "--quiet", "--python", python),
        *("--reinstall", "--no-deps", file),
    )
    program = (str(python), "-m")
    for command in ("billing_mock", "billing_verify", "billing_audit"):
        printed = call(*program, command, "--version", cwd=tmp_path)
        assert printed.rstrip().endswith(f" {billing_contract.__version__}")

    with running_mock(program=(*program, "billing_mock"), cwd=tmp_path) as (_, url, _):
        report = tmp_path / "report.json"
        ran = subprocess.run(
            [
                *(*program, "billing_verify", url, "--profile", "quick"),
                # On a busy machine the requests of a race may come one after the other.
                *("--accept-untested", "--json", report),
            ],
            cwd=tmp_path,
            env=environment(KEY, {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert httpx.get(f"{url}/docs").status_code == 200
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout

    assert json.loads(report.read_text())["exit_status"] == 0
    assert list(tmp_path.iterdir()) == [report]


def test_the_action_installs_the_suite_in_a_runner(tmp_path):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [install] = [
        each for each in action["runs"]["steps"] if each.get("name") == "Install"
    ]

    call(
        *("env", f"RUNNER_TEMP={tmp_path}", f"GITHUB_ACTION_PATH={ROOT}"),
        *("bash", "-eo", "pipefail", "-c", install["run"]),
        cwd=tmp_path,
    )

    verify = tmp_path / "billing-contract" / "bin" / "billing-verify"
    assert "ref.duplicate" in call(verify, "--list", cwd=tmp_path)
