"""The wheel: openapi.yaml is inside, and the mock starts from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.processes import environment

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(folder),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    return folder


def test_the_contract_and_the_report_s_files_are_inside(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "billing_contract/openapi.yaml" in names
    assert "billing_contract/openapi-3.0.json" in names
    assert "billing_verify/contract_tests/test_idempotency.py" in names
    assert "billing_mock/control.yaml" in names
    for name in (
        "docs.html",
        "docs.css",
        "docs.js",
        "live.html",
        "live.css",
        "live.js",
    ):
        assert f"billing_mock/web/static/{name}" in names
    for ending in ("html.jinja", "css", "js", "schema.json"):
        assert f"billing_verify/report/report.{ending}" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_the_mock_runs_from_an_empty_folder(installed, tmp_path):
    script = (
        "import pathlib, urllib.request, billing_contract\n"
        "from billing_mock import BillingMock\n"
        f"assert pathlib.Path(billing_contract.__file__).is_relative_to({str(installed)!r})\n"
        "with BillingMock() as mock: print(urllib.request.urlopen(mock.url + '/_mock/ready').status)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(None, {"PYTHONPATH": str(installed)}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stdout, ran.returncode) == ("200\n", 0), ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_commands_run_from_an_empty_folder(installed, tmp_path):
    for module in ("billing_mock", "billing_verify"):
        ran = subprocess.run(
            [sys.executable, "-m", module, "--version"],
            cwd=tmp_path,
            env=environment(None, {"PYTHONPATH": str(installed)}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "version" in ran.stdout
