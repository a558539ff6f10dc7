"""Send one request and return its answer as an object, or raise the error of its status."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from .errors import (
    BillingServiceError,
    DuplicateTransactionError,
    InsufficientFundsError,
    NoAnswerError,
    RequestRefusedError,
)
from .money import read_json, write_json

if TYPE_CHECKING:
    from .settings import Settings

# Only these statuses prove that nothing was charged. After any other, from a 502 of a proxy to a
# redirect, the outcome is unknown, and a debit is sent again with the same ref.
_REFUSALS: dict[int, type[BillingServiceError]] = {
    HTTPStatus.BAD_REQUEST: RequestRefusedError,
    HTTPStatus.UNAUTHORIZED: RequestRefusedError,
    HTTPStatus.FORBIDDEN: InsufficientFundsError,
    HTTPStatus.NOT_FOUND: RequestRefusedError,
    HTTPStatus.CONFLICT: DuplicateTransactionError,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: RequestRefusedError,
    HTTPStatus.UNPROCESSABLE_ENTITY: RequestRefusedError,
}


class Exchange:
    """A connection pool to one billing service. `transport` replaces httpx's own in tests."""

    def __init__(
        self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._deadline_seconds = settings.deadline_seconds
        self._http = httpx.AsyncClient(
            base_url=settings.url,
            headers={"X-Internal-Key": settings.token},
            timeout=None,  # noqa: S113  httpx bounds each read; the deadline bounds the whole answer
            transport=transport,
        )

    async def post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Send `fields` as a JSON object and return the fields of the answer.

        Raises NoAnswerError when no answer comes before the deadline or it cannot be read, and
        InsufficientFundsError, DuplicateTransactionError or RequestRefusedError for a refusal.
        """
        return await self._call(
            self._http.build_request(
                "POST",
                path,
                content=write_json(fields),
                headers={"Content-Type": "application/json"},
            )
        )

    async def get(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        """Send `fields` as the query and return the fields of the answer. Raises as `post` does."""
        return await self._call(self._http.build_request("GET", path, params=fields))

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _call(self, request: httpx.Request) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._deadline_seconds):
                response = await self._http.send(request)
        except TimeoutError as error:
            raise NoAnswerError(
                f"billing did not answer within {self._deadline_seconds} s"
            ) from error
        except httpx.RequestError as error:
            raise NoAnswerError(
                f"billing did not answer: {type(error).__name__}: {error}"
            ) from error
        if response.status_code == HTTPStatus.OK:
            return _fields(response)
        kind = _REFUSALS.get(response.status_code, NoAnswerError)
        raise kind(
            f"billing answered {response.status_code}: {response.text[:200].strip()}"
        )


def _fields(response: httpx.Response) -> dict[str, Any]:
    try:
        fields = read_json(response.content)
    except ValueError as error:
        raise NoAnswerError(f"billing's answer cannot be read: {error}") from error
    if not isinstance(fields, dict):
        raise NoAnswerError("billing's answer is no object")
    return fields
