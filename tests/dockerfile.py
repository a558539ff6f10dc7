"""Reads the Dockerfile: its instructions, and what of the repository goes into the image."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent


def instructions(name):
    """Return the arguments of every instruction of this name, in order."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [line.partition(" ")[2] for line in lines if line.startswith(f"{name} ")]


def environment_of(stage):
    """Return the variables that ENV sets in a stage; the first stage is 0."""
    pairs = (pair.split("=", 1) for pair in instructions("ENV")[stage].split())
    return dict(pairs)


def health_command():
    """Return the words of the command of HEALTHCHECK."""
    return json.loads(instructions("HEALTHCHECK")[0].partition("CMD ")[2])


def copy_context(folder):
    """Copy what .dockerignore lets through, the names after `!`, into `folder` and return it."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (line[1:] for line in lines if line.startswith("!")):
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)
    return folder
