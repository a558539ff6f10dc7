"""The key, and what acts on a terminal, is in no output of a run, whatever the target answers."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.once import once
from tests.processes import run
from tests.zoo import Service, serving

KEY = "Zq7/kW+m2-Xv94~tR"
TOKEN = "tenant-token-5531"
CONTROL = "\x1b[2J\x07\u202e"
FORMS = {
    "as it is": KEY,
    "in JSON": KEY.replace("/", "\\/").replace("+", "\\u002B"),
    "percent": quote(KEY, safe=""),
    "base64": base64.b64encode(f"gate:{KEY}".encode()).decode(),
    "a character less": KEY[:-1],
    "without the first": KEY[1:],
    "in capitals": KEY.upper(),
    "another secret": TOKEN,
}


class GivesAway(Service):
    """A service that repeats its key in every refusal, in each form, and lets everything else be wrong."""

    key = KEY

    def error_body(self, refusal):
        return {"code": f"{refusal.code}{CONTROL}", "detail": " ".join(FORMS.values())}

    def used(self, _account, _order):
        return False

    def ref(self, body):
        return str(body.get("ref"))

    def key_fits(self, given):
        return given is not None and given.lower().startswith(KEY[:-1].lower())


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    def verify(folder):
        files = {
            name: folder / name
            for name in ("html", "json", "junit", "observed", "printed")
        }
        written = [
            word
            for name, file in files.items()
            if name != "printed"
            for word in (f"--{name}", str(file))
        ]
        with serving(GivesAway()) as url:
            ended = run(
                "billing_verify",
                url,
                *("--account-url", f"{url}/_zoo/accounts", "--profile", "quick"),
                *("--header", f"Authorization: Bearer {TOKEN}"),
                *written,
                cwd=folder,
                key=KEY,
            )
        files["printed"].write_text(ended.stdout + ended.stderr)
        return {name: file.read_text(encoding="utf-8") for name, file in files.items()}

    return once(tmp_path_factory, "outputs", verify)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["html", "json", "junit", "observed", "printed"])
def test_no_output_holds_the_key(outputs, name, form):
    assert FORMS[form] not in outputs[name]
    assert json.dumps(FORMS[form])[1:-1] not in outputs[name]


@pytest.mark.parametrize("name", ["html", "json", "junit", "printed"])
def test_what_was_masked_is_seen(outputs, name):
    assert "***" in outputs[name]


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\u202e"])
def test_no_control_character_of_the_target_is_printed(outputs, character):
    assert character not in outputs["printed"]
