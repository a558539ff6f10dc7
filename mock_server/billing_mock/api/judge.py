"""Judge what a gateway sends to a deployment and what that answers, by the contract alone: no open choice is a violation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from billing_contract import NotJsonError, parse_json, validator_of
from billing_mock.api.answer import JSON, Answer
from billing_mock.api.body_reader import BodyReader, read_user_id
from billing_mock.api.refusals import (
    Refusal,
    RefusalReason,
    RefusedError,
    refusal_of_status,
)

if TYPE_CHECKING:
    from billing_contract import Contract, Operation
    from billing_mock.api.request import Request

_NO_REQUEST_OF_CONTRACT = Refusal("outside_contract", 422, "Outside the contract")


class Judge:
    """The judge of the exchanges with one deployment."""

    def __init__(self, contract: Contract) -> None:
        self._readers = {
            operation.id: BodyReader(
                contract, operation, any_content_type=True, refuse_unknown=False
            )
            for operation in contract.operations.values()
            if operation.request_schema
        }
        self._validators = {
            operation.id: validator_of(contract, operation.response_schema)
            for operation in contract.operations.values()
        }

    def judged(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        """Return the answer of a deployment with what in it, and in its request, is outside the contract."""
        wrong = self._request_problem(operation, request)
        found = tuple(self._violations(operation, answer))
        if answer.status == HTTPStatus.OK and wrong is not None:
            found += (f"200 to a request outside the contract: {wrong.detail}",)
        reason = wrong
        if reason is None and (answer.status != HTTPStatus.OK or found):
            refusal = refusal_of_status(answer.status)
            detail = f"the deployment answered {answer.status}"
            reason = RefusalReason(refusal, detail, ())
        return answer._replace(reason=reason, violations=found)

    def _request_problem(
        self, operation: Operation, request: Request
    ) -> RefusalReason | None:
        try:
            if operation.request_schema is None:
                read_user_id(request)
            else:
                self._readers[operation.id].read(request)
        except RefusedError as refused:
            return RefusalReason(
                _NO_REQUEST_OF_CONTRACT, refused.detail, refused.problems
            )
        return None

    def _violations(self, operation: Operation, answer: Answer) -> list[str]:
        if answer.status not in operation.statuses:
            documented = ", ".join(map(str, sorted(operation.statuses)))
            return [
                f"status {answer.status}: not in the contract, which has {documented}"
            ]
        if answer.status != HTTPStatus.OK:
            return []
        media_type = answer.content_type.partition(";")[0].strip().lower()
        found = [] if media_type == JSON else [f"Content-Type: must be {JSON}, not {media_type!r}"]  # fmt: skip
        try:
            body = parse_json(answer.body)
        except NotJsonError as error:
            return [*found, f"the body is not JSON: {error}"]
        return found + [str(each) for each in self._validators[operation.id].problems(body)]  # fmt: skip
