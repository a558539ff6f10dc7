"""Makes what is expensive once, for all workers of pytest-xdist."""

from __future__ import annotations

import fcntl
import os
import pickle


def once(tmp_path_factory, name, make):
    """Return what `make(folder)` returns; it is called by one worker, and the others read the result.

    `folder` is a new one for this name. The result is handed over by pickle.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    result = base / f"{name}.pickle"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            folder = base / name
            folder.mkdir()
            result.write_bytes(pickle.dumps(make(folder)))
    return pickle.loads(result.read_bytes())
