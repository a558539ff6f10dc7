"""Five more generators make clients of both forms of the contract that compile and read every plan.

It needs Node, so `make test` leaves it alone and `make clients` runs it. The folder build/generators
holds what they write.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from billing_contract import load_contract
from billing_contract.specification import OPENAPI30_FILE
from billing_mock import BillingMock
from billing_mock.config.choices import Choices
from billing_mock.config.settings import Settings

ROOT = Path(__file__).parent.parent.parent
OURS = Path(__file__).parent / "generators"
BUILD = ROOT / "build" / "generators"
CONTRACT = load_contract()
FORMS = {"3.1": CONTRACT.path, "3.0": OPENAPI30_FILE}
PINNED = json.loads((OURS / "package.json").read_text())["devDependencies"]
COMMANDS = {
    "orval": "orval --input {} --output generated/orval.ts --client fetch",
    "openapi-zod-client": "openapi-zod-client {} --output generated/zod.ts",
    "swagger-typescript-api": "swagger-typescript-api generate --path {}"
    " --output generated --name swagger_typescript_api.ts",
    "@hey-api/openapi-ts": "openapi-ts --input {} --output generated/hey",
}
# Without --strict-nullable it takes `required` for "not null", and the placeholder's date is null.
MODELS = (
    "--input-file-type openapi --output-model-type pydantic_v2.BaseModel"
    " --strict-nullable --use-annotated --formatters builtin --output billing_models.py"
)
USERS = {
    "null": ("test-user", {}, "{balance} with the plan null"),
    "absent": ("test-user", {"no-plan": "absent"}, "{balance} with the plan null"),
    "placeholder": (
        "test-user",
        {"no-plan": "placeholder"},
        "{balance} on none until null",
    ),
    "active": (
        "11111111-1111-1111-1111-111111111111",
        {},
        "{balance} on base750 until 2",
    ),
}


def run(*command, folder, **variables):
    own = f"{folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": own, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def generate(contract, folder):
    """Run every generator over the contract in a folder of its own; return how each ended."""
    (folder / "generated").mkdir(parents=True)
    (folder / "node_modules").symlink_to(BUILD / "node_modules")
    for name in ("read_balances.ts", "tsconfig.json"):
        shutil.copy(OURS / name, folder)
    python = (sys.executable, "-m", "datamodel_code_generator", *MODELS.split())
    commands = {
        **{name: each.format(contract).split() for name, each in COMMANDS.items()},
        "datamodel-code-generator": (*python, "--input", str(contract)),
    }
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda each: run(*each, folder=folder), commands.values())
    return dict(zip(commands, ended, strict=True))


@pytest.fixture(scope="module")
def installed():
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(OURS / name, BUILD)
    ended = run("npm", "ci", "--no-audit", "--no-fund", folder=BUILD)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module", params=FORMS)
def folder(installed, request):
    """Return the folder with the clients of this form, generated and compiled."""
    made = BUILD / request.param
    for name, ended in generate(FORMS[request.param], made).items():
        assert ended.returncode == 0, f"{name}: {ended.stdout}{ended.stderr}"
    checked = run(
        sys.executable, "-m", "mypy", "--strict", *MODELS.split()[-1:], folder=made
    )
    assert checked.returncode == 0, checked.stdout
    compiled = run("tsc", folder=made)
    assert compiled.returncode == 0, compiled.stdout
    return made


@pytest.fixture(scope="module")
def models(folder):
    name = f"billing_models_{folder.name.replace('.', '_')}"
    spec = importlib.util.spec_from_file_location(name, folder / "billing_models.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=USERS)
def case(request):
    user, choices, words = USERS[request.param]
    with BillingMock(Settings(choices=Choices(CONTRACT, choices))) as mock:
        answer = httpx.get(
            f"{mock.url}/internal/billing/balance",
            params={"user_id": user},
            headers={"X-Internal-Key": mock.key},
        )
        yield mock, user, answer, words.format(balance=int(answer.json()["balance"]))


def test_each_generated_client_reads_every_plan(folder, case):
    mock, user, _, words = case

    ended = run(
        "node",
        "built/read_balances.js",
        folder=folder,
        BILLING_SERVICE_URL=mock.url,
        BILLING_SERVICE_TOKEN=mock.key,
        BILLING_USER=user,
    )

    assert ended.stderr == ""
    read = dict(line.split(": ", 1) for line in ended.stdout.splitlines())
    assert read.keys() == COMMANDS.keys()
    for generator, line in read.items():
        assert line.startswith(words), generator


def test_the_generated_models_read_every_plan(models, case):
    _, _, answer, _ = case

    result = models.BalanceResult.model_validate_json(answer.content)

    told = answer.json().get("plan")
    assert (result.plan is None) == (told is None)
    if told:
        assert result.plan.plan_code == told["plan_code"]
        assert (result.plan.expires_at is None) == (told["expires_at"] is None)


def test_the_generators_are_pinned_and_their_lock_file_names_no_registry():
    assert COMMANDS.keys() <= PINNED.keys()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in PINNED.values())
    assert '"resolved"' not in (OURS / "package-lock.json").read_text()
