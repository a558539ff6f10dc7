"""Reads what an operation needs out of a request, as the contract's schemas want it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from billing_contract import NotJsonError, validator_of
from billing_mock.api.refusals import (
    INVALID_REQUEST,
    MALFORMED_JSON,
    NOT_DECLARED_JSON,
    FieldProblem,
    RefusedError,
    refuse_field,
)

if TYPE_CHECKING:
    from billing_contract import Contract, Operation
    from billing_mock.api.lenient_fields import LenientFields
    from billing_mock.api.request import Request

JSON_MEDIA_TYPE = "application/json"
_GZIP = b"\x1f\x8b"


class BodyReader:
    """The reader of one operation's body. Raises ValueError for an operation without one."""

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        *,
        any_content_type: bool,
        refuse_unknown: bool,
        lenient: LenientFields | None = None,
    ) -> None:
        if operation.request_schema is None:
            raise ValueError(f"{operation.id} takes no body")
        self._validator = validator_of(contract, operation.request_schema)
        self._any_content_type = any_content_type
        schema = contract.parsed["components"]["schemas"][operation.request_schema]
        self._lenient = lenient
        wanted = lenient.required if lenient else ()
        self._known = (
            frozenset((*schema["properties"], *wanted)) if refuse_unknown else None
        )
        # A valid body with so many fields has no others than these, which are texts and numbers.
        self._required = len(schema["required"])

    def read(self, request: Request) -> dict[str, Any]:
        """Return the fields of the body; numbers are Decimal.

        Raises RefusedError where the body is not declared as JSON, is not JSON, or is not what the
        schema describes (document, Коды ошибок: 422).
        """
        if request.content_type != JSON_MEDIA_TYPE and not self._any_content_type:
            _refuse_other_media(request.content_type)
        try:
            fields: dict[str, Any] = request.json()
        except NotJsonError as error:
            problem = (
                "it is compressed; send it as it is, without Content-Encoding"
                if request.body.startswith(_GZIP)
                else error
            )
            raise RefusedError(
                MALFORMED_JSON, f"the body is not JSON: {problem}"
            ) from error
        if self._lenient:
            fields = self._read_leniently(fields, self._lenient)
        elif self._validator.is_valid(fields):
            request.is_flat = len(fields) == self._required
        else:
            raise self._refused(fields)
        if self._known is not None:
            self._refuse_unknown(fields, self._known)
        return fields

    def _read_leniently(self, given: Any, lenient: LenientFields) -> dict[str, Any]:
        """Return the fields as the deviations of the mock read them, a ref that is not there as None. Raises RefusedError."""
        fields: dict[str, Any] = lenient.corrected(given)
        if not self._validator.is_valid(fields):
            raise self._refused(fields)
        lenient.refuse_without_required(fields)
        return {**fields, "ref": None} if lenient.is_without_ref(given) else fields

    def _refused(self, fields: Any) -> RefusedError:
        found = self._validator.problems(fields)
        problems = tuple(
            FieldProblem("body", each.place, each.message, each.rule) for each in found
        )
        return RefusedError(
            INVALID_REQUEST, "; ".join(map(str, found)), problems=problems
        )

    @staticmethod
    def _refuse_unknown(fields: dict[str, Any], known: frozenset[str]) -> None:
        for name in fields:
            if name not in known:
                raise refuse_field(name, "is not a field of this operation", "unknown")


def read_user_id(request: Request) -> str:
    """Return the query parameter user_id, the first where it stands several times. Raises RefusedError."""
    try:
        given = parse_qs(
            request.query, keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError as error:
        raise refuse_field(
            "user_id",
            f"the query string cannot be read: {error}",
            "query",
            source="query",
        ) from error
    values = given.get("user_id")
    if values is None:
        raise refuse_field("user_id", "is missing", "required", source="query")
    if not values[0]:
        raise refuse_field("user_id", "must not be empty", "minLength", source="query")
    return values[0]


def _refuse_other_media(content_type: str | None) -> None:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type != JSON_MEDIA_TYPE:
        shown = repr(media_type) if media_type else "no content type"
        raise RefusedError(
            NOT_DECLARED_JSON, f"send Content-Type: application/json, not {shown}"
        )
