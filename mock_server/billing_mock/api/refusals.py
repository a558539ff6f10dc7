"""Every refusal of the mock: its code, its status, and whether it is definite.

Definite: the request surely changed nothing. Only the mock's own failure is indefinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Refusal:
    """A kind of refusal. `code` is its word for programs, `title` a short name for people."""

    code: str
    status: int
    title: str
    definite: bool = True


WRONG_KEY = Refusal("wrong_key", 401, "Wrong key")
INSUFFICIENT_FUNDS = Refusal("insufficient_funds", 403, "Insufficient funds")
UNKNOWN_USER = Refusal("user_not_found", 404, "User not found")
PLAN_NOT_FOUND = Refusal("plan_not_found", 404, "Plan not found")
NO_SUCH_ROUTE = Refusal("no_such_route", 404, "No such route")
WRONG_METHOD = Refusal("method_not_allowed", 405, "Method not allowed")
DUPLICATE_REF = Refusal("duplicate_ref", 409, "Duplicate ref")
BODY_TOO_LARGE = Refusal("body_too_large", 413, "Body too large")
INVALID_REQUEST = Refusal("invalid_request", 422, "Invalid request")
MALFORMED_JSON = Refusal("malformed_json", 422, "Malformed JSON")
NOT_DECLARED_JSON = Refusal("not_json", 422, "Not declared as JSON")
MISSING_KEY = Refusal("missing_key", 401, "Missing key")
FAILED = Refusal("internal_error", 500, "Internal error", definite=False)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field. `source` is body, query or header; `name` may be empty."""

    source: str
    name: str
    message: str
    rule: str


class RefusalReason(NamedTuple):
    """Why a request was refused: which kind, and in words."""

    refusal: Refusal
    detail: str
    problems: tuple[FieldProblem, ...]


class RefusedError(Exception):
    """A request is refused: which kind, and why in words."""

    def __init__(
        self, refusal: Refusal, detail: str, *, problems: tuple[FieldProblem, ...] = ()
    ) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.detail = detail
        self.problems = problems


def refuse_field(
    name: str, message: str, rule: str, *, source: str = "body"
) -> RefusedError:
    """Return a refusal with 422 for one field."""
    problem = FieldProblem(source, name, message, rule)
    return RefusedError(INVALID_REQUEST, f"{name}: {message}", problems=(problem,))


def refusal_of_bytes(status: int) -> Refusal:
    """Return the refusal of bytes that are no request of HTTP, with this status."""
    if status == BODY_TOO_LARGE.status:
        return BODY_TOO_LARGE
    return Refusal("bad_http", status, "No request of HTTP")


def refusal_of_status(status: int) -> Refusal:
    """Return the refusal that has this status, the documented one where there are several."""
    known = (
        INSUFFICIENT_FUNDS,
        DUPLICATE_REF,
        INVALID_REQUEST,
        WRONG_KEY,
        UNKNOWN_USER,
        FAILED,
    )
    for refusal in known:
        if refusal.status == status:
            return refusal
    return Refusal(f"status_{status}", status, f"Status {status}", definite=False)
