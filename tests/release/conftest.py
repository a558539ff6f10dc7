"""The files of a release, built as `make dist` builds them, and environments that they are installed into."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import environment
from tests.wheel import ROOT

WHAT = {"sdist": "*.tar.gz", "wheel": "*.whl"}
# The lowest versions that pyproject.toml allows, and the newest; of what these need in turn, always the newest.
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}


def call(*arguments, cwd=None):
    """Run a program to its end without our key and settings, and return what it printed. Raises CalledProcessError."""
    ran = subprocess.run(
        [str(each) for each in arguments],
        cwd=cwd,
        env=environment(None, {"UV_SYSTEM_CERTS": "1"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Return a folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="session", params=RESOLUTIONS)
def python(request, tmp_path_factory):
    """Return the Python of a new environment with the dependencies, those of the suite too, and without us."""
    folder = tmp_path_factory.mktemp(request.param)
    call("uv", "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    call(
        *("uv", "pip", "install", "--quiet", "--python", python),
        *("--resolution", RESOLUTIONS[request.param]),
        *("--requirements", ROOT / "pyproject.toml", "--extra", "verify"),
    )
    return python
