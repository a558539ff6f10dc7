"""Look the pinned versions of constraints.txt up among known vulnerabilities: `make audit-dependencies`.

Exit status 1 where one of them is known to be vulnerable. Where the database cannot be reached, or
does not know a package, that is printed, and is no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parent.parent / "constraints.txt"
SECONDS_MAX = 300
COMMAND = [
    *(sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps"),
    *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
]

_NOTHING = (
    "The database of vulnerabilities cannot be reached, or knows none of the packages; "
    "nothing was audited."
)


def report_of(output: str) -> tuple[str, bool]:
    """Return in words what pip-audit has found, and whether some version is vulnerable.

    `output` is its JSON, or anything else where it could not ask its database.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    audited = [each for each in packages if "skip_reason" not in each]
    if not audited:
        return _NOTHING, False
    lines = [
        f"{each['name']} {each['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version'}"
        for each in audited
        for found in each["vulns"]
    ]
    scope = f"{len(audited)} of {len(packages)} packages were audited"
    if not lines:
        return f"{scope}; none is known to be vulnerable.", False
    return "\n".join([f"{scope}; raise these in constraints.txt:", *lines]), True


def main() -> int:
    """Run pip-audit, print what it has found, and return the exit status."""
    try:
        ended = subprocess.run(  # noqa: S603  a command of our own
            COMMAND, capture_output=True, text=True, check=False, timeout=SECONDS_MAX
        )
        output = ended.stdout
    except subprocess.TimeoutExpired:
        output = ""
    report, is_vulnerable = report_of(output)
    sys.stdout.write(f"{report}\n")
    return int(is_vulnerable)


if __name__ == "__main__":
    sys.exit(main())
