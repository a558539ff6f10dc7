"""The wrong status for a right decision."""

from typing import ClassVar

from tests.zoo.clauses import CHECK_UNREADABLE, DUPLICATES, FRESH_DEBITS, OVERDRAFT
from tests.zoo.refusals import RefusalError
from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(
    breaks="check.refusal-is-200",
    also=("check.shape", *CHECK_UNREADABLE),
)
class CheckRefusalIs403(Service):
    """Check and debit share the guard that raises 403 when money is short."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        if not answer["allowed"]:
            raise RefusalError(403, "insufficient_funds", "Not enough units")
        return answer


@faulty(
    breaks="schema.responses",
    also=(*FRESH_DEBITS, "check.spends-nothing", "balance.read-only"),
    example_fails=True,
)
class DebitAnswers201(Service):
    """A debit creates a transaction, and the framework's create view answers 201."""

    def success(self, request):
        _, body, headers = super().success(request)
        return 201 if "tx_id" in body else 200, body, headers


class Renumbered(Service):
    """A service that answers some refusals with a status of its own."""

    statuses: ClassVar = {}

    def respond(self, request):
        status, body, headers = super().respond(request)
        return self.statuses.get(status, status), body, headers


@faulty(breaks="debit.insufficient", also=OVERDRAFT)
class InsufficientIs402(Renumbered):
    """Payment Required sounded like the right name for it."""

    statuses: ClassVar = {403: 402}


@faulty(breaks="debit.insufficient", also=OVERDRAFT)
class InsufficientIs409(Renumbered):
    """Too little money is answered as a conflict, which a gateway takes for a duplicate."""

    statuses: ClassVar = {403: 409}


@faulty(
    breaks="debit.insufficient",
    also=(*OVERDRAFT, "debit.shape"),
)
class InsufficientIs200(Service):
    """Business refusals are not errors here: 200, with success false."""

    def respond(self, request):
        status, body, headers = super().respond(request)
        if status == 403:
            return 200, {"success": False, "error": body["detail"]}, headers
        return status, body, headers


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class DuplicateIs400(Renumbered):
    """The database's unique violation is mapped to Bad Request with all the others."""

    statuses: ClassVar = {409: 400}


@faulty(breaks="ref.duplicate", also=(*DUPLICATES, "http.no-5xx"))
class DuplicateIs500(Renumbered):
    """The database's unique violation is caught by nobody."""

    statuses: ClassVar = {409: 500}


@faulty(
    breaks="input.missing-field",
    also=(
        "input.wrong-type",
        "input.coercion",
        "input.negative",
        "input.zero",
        "input.not-json",
        "input.empty-ref",
        "input.no-effect",
    ),
)
class InvalidIs400(Renumbered):
    """The validator's own status, 400, was never changed to the documented 422."""

    statuses: ClassVar = {422: 400}
