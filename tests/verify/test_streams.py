"""Standard streams that are closed or full end billing-verify without a verdict and with a sentence, and never with 1."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from tests.processes import KEY, environment

COMMAND = f"{shlex.quote(sys.executable)} -m billing_verify"
RUN = f'exec {COMMAND} "$URL" --clause check.shape'

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="needs /dev/full and a shell of POSIX"
)


def shell(script, folder, url):
    return subprocess.run(
        ["/bin/sh", "-c", script],
        stderr=subprocess.PIPE,
        check=False,
        text=True,
        cwd=folder,
        env=environment(KEY, {"URL": url}),
        timeout=300,
    )


ENDS = {
    "no room": (f"{RUN} >/dev/full", 2, "No space left on device"),
    "no reader": (
        f"(({RUN}); echo $? >status) | true; exit $(cat status)",
        2,
        "Broken",
    ),
    "closed output": (f"{RUN} >&-", 2, "standard output is closed"),
    "closed output and errors": (f"{RUN} >&- 2>&-", 2, ""),
    "closed errors": (f"{RUN} 2>&- >/dev/null", 0, ""),
    "closed input": (f"{RUN} <&- >/dev/null", 0, ""),
    "all closed": (f"{RUN} >&- 2>&- <&-", 2, ""),
    "a list without room": (f"exec {COMMAND} --list >/dev/full", 2, "No space left"),
    "a plan without room": (f'exec {COMMAND} "$URL" --plan >/dev/full', 2, "No space"),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_stream_that_is_closed_or_full_is_not_the_services_fault(
    billing_mock, tmp_path, how
):
    script, status, told = ENDS[how]

    ended = shell(script, tmp_path, billing_mock.url)

    assert ended.returncode == status, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) <= 4
