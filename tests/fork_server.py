"""A program that runs our commands in forks of itself, so that their libraries are imported once.

It reads one JSON object per line from standard input: `arguments` (what would follow `python -m`), `cwd`, `env` (the
whole environment), and the files that take `stdout` and `stderr`. For each it forks a child that
runs the module, and prints the child's exit status when the child has ended; the status is negative
where a signal ended it.

Our own packages are not imported in advance, so that each child finds them by its own folder and
path, as a new process would.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pathlib
import runpy
import signal
import sys

from _pytest.config import default_plugins
from hypothesis import configuration
from hypothesis.internal import charmap

TIMEOUT_SECONDS = 300
LIBRARIES = (
    "click",
    "hypothesis.stateful",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "pytest",
    "requests",
    "schemathesis",
    "simplejson",
    "yaml",
    *(f"_pytest.{name}" for name in default_plugins),
)


def main():
    """Fork a child for each request until standard input ends; in the child, run its module."""
    prepare()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            become(request)
            module = request["arguments"][0]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def prepare():
    """Import the libraries, let Hypothesis make its table of characters, and exempt both from garbage collections."""
    for name in LIBRARIES:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    charmap.categories()
    configuration._first_postinit_what = None  # noqa: SLF001  else each child warns of a slow plugin
    gc.collect()
    gc.freeze()


def become(request):
    """Take the folder, environment, arguments and files that were asked for, and a limit of time."""
    signal.alarm(TIMEOUT_SECONDS)
    redirect(0, os.devnull, os.O_RDONLY)
    redirect(1, request["stdout"], os.O_WRONLY | os.O_CREAT)
    redirect(2, request["stderr"], os.O_WRONLY | os.O_CREAT)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[0] = request["cwd"]
    # Hypothesis takes this folder from where it was imported.
    home = pathlib.Path(request["cwd"], ".hypothesis")
    setattr(configuration, "__hypothesis_home_directory_default", home)
    sys.argv = list(request["arguments"])


def redirect(descriptor, path, flags):
    """Let a file descriptor stand for the file at `path`."""
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, descriptor)
    os.close(opened)


if __name__ == "__main__":
    main()
