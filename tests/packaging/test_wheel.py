"""The wheel: openapi.yaml is inside, and the mock starts from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile

from tests.processes import environment
from tests.wheel import ROOT


def test_the_contract_and_the_report_s_files_are_inside(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tests = sorted(path.name for path in ROOT.glob("contract_tests/test_*.py"))
    inside = ["__init__.py", *tests]  # a package, for pytest --pyargs

    assert "billing_contract/openapi.yaml" in names
    assert "billing_contract/openapi-3.0.json" in names
    assert [f"billing_verify/contract_tests/{name}" for name in inside] == sorted(
        name for name in names if name.startswith("billing_verify/contract_tests/")
    )
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
    for module in ("billing_mock", "billing_verify", "billing_audit"):
        ran = subprocess.run(
            [sys.executable, "-m", module, "--version"],
            cwd=tmp_path,
            env=environment(None, {"PYTHONPATH": str(installed)}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "version" in ran.stdout
