"""A target that no test can reach: the run ends in a few lines, which name the likely cause and the remedy."""

from __future__ import annotations

import pytest

from tests.processes import run
from tests.zoo import Service, serving
from tests.zoo.client import Client
from tests.zoo.refusals import RefusalError, invalid
from tests.zoo.service import ROUTES

USER = "4b4f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001"
P = "/internal/billing"
LINES_MAX = 12


class Wrapped(Service):
    """A conforming service, to be wrapped."""

    def __call__(self, environ, start_response):
        other = self.other(environ)
        if other is None or environ["PATH_INFO"].startswith("/_zoo"):
            return super().__call__(environ, start_response)
        status, headers, body = other
        start_response(status, [("Content-Length", str(len(body))), *headers])
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return [body]

    def other(self, environ):
        raise NotImplementedError


class WantsASlash(Wrapped):
    def other(self, environ):
        return "307 Moved", [("Location", f"{environ['PATH_INFO']}/")], b""


class Moved(Wrapped):
    def other(self, environ):
        goal = f"https://billing.example.test/api{environ['PATH_INFO']}"
        return "301 Moved", [("Location", goal)], b""


class SendsToALogin(Wrapped):
    def other(self, _environ):
        return "302 Found", [("Location", "https://sso.example.test/login?x=1")], b""


class ShowsAPage(Wrapped):
    def other(self, _environ):
        page = b"<!DOCTYPE html><title>Shop \x1b[31m admin</title>"
        return "200 OK", [("Content-Type", "text/html")], page


class BehindADeadProxy(Wrapped):
    def other(self, _environ):
        page = b"<html><head><title>502 Bad Gateway</title></head></html>"
        return "502 Bad Gateway", [("Content-Type", "text/html")], page


class ChecksByGet(Wrapped):
    def other(self, environ):
        if environ["PATH_INFO"].endswith("/check"):
            body = b'{"detail": "Method Not Allowed"}'
            return (
                "405 No",
                [("Allow", "GET"), ("Content-Type", "application/json")],
                body,
            )
        return None


class AsksForBasic(Wrapped):
    def other(self, _environ):
        return "401 Unauthorized", [("WWW-Authenticate", "Basic realm=x")], b"no"


class UnderAPrefix(Service):
    """Its operations are under /api, as its OpenAPI document shows."""

    def respond(self, request):
        if request.path == "/openapi.json":
            return 200, {"paths": {f"/api{path}": {} for path in ROUTES}}, ()
        return super().respond(request)

    def route(self, request):
        request.path = (
            request.path.removeprefix("/api") if "/api/" in request.path else ""
        )
        return super().route(request)


class HasNoBalance(Service):
    def balance(self, request):
        raise RefusalError(404, "not_found", "Not Found")


class HasNoDebit(Service):
    def debit(self, request):
        raise RefusalError(404, "not_found", "Not Found")


class WantsAnActionToDebit(Service):
    def debit(self, request):
        self.text(self.parse(request), "action")
        return super().debit(request)


class WantsAnything(Service):
    def parse(self, request):
        super().parse(request)
        raise RefusalError(400, "bad_request", "no")


class WantsAction(Service):
    def parse(self, request):
        body = super().parse(request)
        if self.text(body, "action") != "generate":
            raise invalid("action", "must be generate")
        return body


class WantsATenantToRead(Service):
    def balance(self, request):
        if request.query("tenant") is None:
            raise invalid("tenant", "is required")
        return super().balance(request)


class WantsNumbersAsUsers(Service):
    def user_id(self, body):
        if not self.text(body, "user_id").isdigit():
            raise invalid("user_id", "must be made of digits")
        return super().user_id(body)


def verify(service, *arguments, cwd, path="", hook=True):
    with serving(service()) as url, Client(url) as client:
        client.open(USER, "5")
        accounts = (
            ("--account-url", f"{url}/_zoo/accounts") if hook else ("--account", USER)
        )
        ended = run(
            "billing_verify",
            url + path,
            *accounts,
            *arguments,
            key=Service.key,
            cwd=cwd,
        )
        return ended, ended.stdout.replace(url, "URL"), client.statement(USER)


CAUSES = [
    (WantsASlash, "(307) to the same path with a slash at its end"),
    (Moved, "verify https://billing.example.test/api\n"),
    (SendsToALogin, "to https://sso.example.test/login: something stands in front"),
    (ShowsAPage, 'a web page titled "Shop ?[31m admin"'),
    (BehindADeadProxy, "A proxy in front of it probably cannot reach it"),
    (ChecksByGet, f"URL does not take POST at {P}/check (405; it allows GET)"),
    (AsksForBasic, "--header 'Authorization: Basic …'"),
    (UnderAPrefix, "Its operations are elsewhere: verify URL/api\n"),
    (HasNoBalance, f"URL answers 404 at GET {P}/balance, and 200 at POST {P}/check"),
    (HasNoDebit, f"URL answers 404 at POST {P}/debit, and 200 at GET {P}/balance"),
    (WantsAction, "--extra-field action=VALUE\n"),
    (WantsAnActionToDebit, f"POST {P}/debit, with 422:"),
    (WantsAnything, "--extra-field NAME=VALUE\n"),
    (WantsATenantToRead, "the suite sends no other parameter"),
    (WantsNumbersAsUsers, "It names user_id, which was sent as the contract has it"),
]


@pytest.mark.parametrize(
    ("service", "words", "hook"),
    [
        *((service, words, True) for service, words in CAUSES),
        *((service, words, False) for service, words in CAUSES[7:11]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_run_ends_with_the_likely_cause(tmp_path, service, words, hook):
    ended, printed, _ = verify(service, hook=hook, cwd=tmp_path)

    assert ended.returncode == 2, printed
    assert words in printed
    assert len(printed.splitlines()) <= LINES_MAX, printed
    assert "observed" not in printed


def test_the_service_has_its_own_words(tmp_path):
    _, printed, _ = verify(WantsAnything, cwd=tmp_path)

    assert 'answered  {"code":"bad_request","detail":"no"}\n' in printed


def test_a_value_that_the_service_does_not_take_is_told(tmp_path):
    ended, printed, _ = verify(
        WantsAction, "--extra-field", "action=chat", cwd=tmp_path
    )

    assert ended.returncode == 2
    assert 'It names action, which --extra-field sends as "chat"' in printed


def test_a_path_too_many_is_told(tmp_path):
    ended, printed, _ = verify(Service, path="/v1", cwd=tmp_path)

    assert ended.returncode == 2
    assert "Its operations are elsewhere: verify URL\n" in printed


def test_a_service_that_takes_whole_units_only_is_judged(tmp_path):
    class WholeUnits(Service):
        def amount(self, value):
            if value != int(value):
                raise invalid("units", "must be whole")
            return super().amount(value)

    ended, printed, _ = verify(
        WholeUnits,
        *("--profile", "quick", "--clause", "schema.responses"),
        cwd=tmp_path,
    )

    assert ended.returncode == 1, printed


@pytest.mark.parametrize(
    ("arguments", "left"),
    [((), 4.99), (("--read-only",), 5.0), (("--budget", "0"), 5.0)],
)
def test_a_cent_is_debited_only_where_money_allows(tmp_path, arguments, left):
    _, _, statement = verify(
        Service, *arguments, "--clause", "check.shape", hook=False, cwd=tmp_path
    )

    assert statement.body["balance"] == left
