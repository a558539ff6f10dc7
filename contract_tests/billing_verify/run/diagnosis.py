"""Why a target cannot be tested, read from its answers to proper requests: the likely cause, and what to do.

Everything here is pure: answers in, a sentence out.
"""

from __future__ import annotations

import re
from http.client import (
    BAD_REQUEST,
    FORBIDDEN,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    NOT_IMPLEMENTED,
    UNAUTHORIZED,
    UNPROCESSABLE_ENTITY,
    UNSUPPORTED_MEDIA_TYPE,
)
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from billing_contract import load_contract, render_json
from billing_verify.checks.named_fields import named_fields
from billing_verify.client.keys import KEY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_contract import Operation
    from billing_verify.client.exchange import Call, Response

REDIRECTS = range(300, 400)
REFUSALS = (BAD_REQUEST, UNPROCESSABLE_ENTITY, UNSUPPORTED_MEDIA_TYPE)
_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,80})", re.IGNORECASE)
_SHOWN_CHARACTERS = 500
_FAILED = 500
_READING = (
    "The contract reads a balance with user_id alone, and the suite sends no other parameter: "
    "let the service do without, or verify it behind what adds the parameter"
)


def why_not_testable(base: str, answers: Mapping[str, Response]) -> str | None:
    """Return why no test can reach the operations, None where the answers show no such cause.

    `base` is the URL of the target, `answers` are those to proper requests, by the operation's id.
    """
    for operation_id, response in answers.items():
        operation = load_contract().operations[operation_id]
        if response.status in REDIRECTS:
            return _redirected(base, operation, response)
        if _is_page(response):
            return _answered_by_a_page(base, operation, response)
        if response.status in {METHOD_NOT_ALLOWED, NOT_IMPLEMENTED}:
            return _another_method(base, operation, response)
    if all(each.status == UNAUTHORIZED for each in answers.values()):
        return _key_refused(base, next(iter(answers.values())))
    return None


def added_slashes(base: str, answers: Mapping[str, Response]) -> list[int]:
    """Return the status of a redirect to the same path with a slash at its end; empty where there is none."""
    operations = load_contract().operations
    return [
        response.status
        for operation_id, response in answers.items()
        if response.status in REDIRECTS
        and _goal(f"{base}{operations[operation_id].path}", response)
        == f"{base}{operations[operation_id].path}/"
    ][:1]


def missing_operation(base: str, answers: Mapping[str, Response]) -> str | None:
    """Return which operation answers 404 for an account that another one knows, None for none."""
    missing = [each for each in answers if answers[each].status == NOT_FOUND]
    present = [each for each in answers if answers[each].status != NOT_FOUND]
    if not missing or not present:
        return None
    operations = load_contract().operations
    lost, found = operations[missing[0]], operations[present[0]]
    return (
        f"{base} answers 404 at {lost.method} {lost.path}, and {answers[found.id].status} at {found.method} {found.path}: "
        f"it has no such operation, or has it at another path. The contract needs it there; nothing can be judged without it"
    )


def refused(
    base: str, call: Call, response: Response, extra: Mapping[str, object]
) -> str:
    """Return what a refusal of a proper request says, which fields it names, and what to do."""
    path = urlsplit(call.url).path
    words = _visible(response.shown_body[:_SHOWN_CHARACTERS].strip()) or "(no body)"
    sent = urlsplit(call.url).query if call.body is None else call.shown_body
    remedy = _READING if call.body is None else _remedy(response, extra)
    return (
        f"{base} refuses a proper request, {call.method} {path}, with {response.status}:\n"
        f"  sent      {sent[:_SHOWN_CHARACTERS]}\n"
        f"  answered  {words}\n"
        f"{remedy}"
    )


def wanted_fields(response: Response, extra: Mapping[str, object]) -> list[str]:
    """Return the fields that a refusal names, and that are neither in the contract nor sent along."""
    return [
        each
        for each in named_fields(response)
        if each not in _documented() and each not in extra
    ]


def is_about_units(response: Response) -> bool:
    """Return whether a refusal names units and no other field."""
    return set(named_fields(response)) == {"units"}


def _remedy(response: Response, extra: Mapping[str, object]) -> str:
    wanted = wanted_fields(response, extra)
    if wanted:
        it = "it" if len(wanted) == 1 else "them"
        options = " ".join(f"--extra-field {each}=VALUE" for each in wanted)
        return f"It names {', '.join(wanted)}, which the contract does not list. If the service wants {it}, send {it} along: {options}"
    named = named_fields(response)
    sent = [each for each in named if each in extra]
    if sent:
        value = render_json(extra[sent[0]]).decode()
        return f"It names {sent[0]}, which --extra-field sends as {value}: name a value that the service takes, or leave the option out"
    if named:
        return (
            f"It names {', '.join(named)}, which was sent as the contract has it: the service keeps another contract there. "
            "Where it takes certain user ids only, name one with --account USER_ID"
        )
    return "It names no field. If the service wants one that the contract does not list, send it along: --extra-field NAME=VALUE"


def _visible(text: str) -> str:
    """Return a text on one line, with a question mark for each character that is not shown."""
    return "".join(
        each if each.isprintable() else "?" for each in " ".join(text.split())
    )


def _documented() -> frozenset[str]:
    contract = load_contract()
    return frozenset().union(
        *(contract.fields_of(each) for each in contract.operations.values())
    )


def _redirected(base: str, operation: Operation, response: Response) -> str:
    url = f"{base}{operation.path}"
    asked = f"{base} answers {operation.method} {operation.path} with a redirect ({response.status})"
    goal = _goal(url, response)
    if goal == url:
        return f"{asked} that leads nowhere: is {base} the service's own address?"
    if goal == f"{url}/":
        return (
            f"{asked} to the same path with a slash at its end. The contract's paths have none, and a gateway that keeps "
            "to it gets the same redirect: let the service answer the path itself"
        )
    if goal.endswith(operation.path):
        return f"{asked} to another address: verify {goal.removesuffix(operation.path)}"
    return (
        f"{asked} to {goal}: something stands in front of the service, such as a login. "
        "Name the service's own address, or send what gets past it with --header 'NAME: VALUE'"
    )


def _goal(url: str, response: Response) -> str:
    """Return where a redirect leads, without its query; the URL itself where it says nothing."""
    return urljoin(url, _visible(response.headers.get("location", ""))).partition("?")[
        0
    ]


def _is_page(response: Response) -> bool:
    return _PAGE.match(response.shown_body) is not None


def _answered_by_a_page(base: str, operation: Operation, response: Response) -> str:
    title = _TITLE.search(response.shown_body)
    named = f' titled "{_visible(title[1].strip())}"' if title else ""
    asked = f"{base} does not look like a billing service: it answers {operation.method} {operation.path} with {response.status} and a web page{named}"
    if response.status >= _FAILED:
        return f"{asked}. A proxy in front of it probably cannot reach it: is the service running?"
    if response.status in {UNAUTHORIZED, FORBIDDEN}:
        return f"{asked}. Something in front of it wants a login: send what gets past it with --header 'NAME: VALUE'"
    return f"{asked}. Another program, or a web server in front, answers there: are host, port and path of the URL the service's own?"


def _another_method(base: str, operation: Operation, response: Response) -> str:
    allowed = _visible(response.headers.get("allow", ""))
    says = f"; it allows {allowed}" if allowed else ""
    return (
        f"{base} does not take {operation.method} at {operation.path} ({response.status}{says}). The contract asks with "
        f"{operation.method} there: either the service has another method for it, or what stands in front of it lets "
        f"{operation.method} not through"
    )


def _key_refused(base: str, response: Response) -> str:
    challenge = _visible(response.headers.get("www-authenticate", ""))
    scheme = challenge.partition(" ")[0]
    if scheme:
        return (
            f"{base} refuses every request (401) and asks for {scheme}: something in front of it wants a login of its own, "
            f"to be sent with --header 'Authorization: {scheme} …', or the key in {KEY_VARIABLE} is not this deployment's"
        )
    return f"{base} refuses the key (401); set {KEY_VARIABLE} to the key of this deployment"
