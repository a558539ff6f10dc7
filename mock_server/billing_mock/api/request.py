"""A request without its transport. Its body is parsed at most once, when it is first needed."""

from __future__ import annotations

from typing import Any, Final

from billing_contract import NotJsonError, parse_json
from billing_mock.api.request_fields import (
    NO_FIELDS,
    RequestFields,
    fields_of_json,
    fields_of_query,
)

BODY_BYTES_MAX: Final = 1024 * 1024
_NOT_PARSED: Final = object()


class Request:
    """A request: raw query string, raw body, and the values of two headers, None where absent.

    `key` is the value of X-Internal-Key, `content_type` that of Content-Type. `is_flat` is set by
    the reader of the body where the body holds nothing but texts and numbers.
    """

    __slots__ = (
        "_fields",
        "_json",
        "_not_json",
        "body",
        "content_type",
        "is_flat",
        "key",
        "query",
    )

    def __init__(
        self, key: str | None, query: str, content_type: str | None, body: bytes
    ) -> None:
        self.key = key
        self.query = query
        self.content_type = content_type
        self.body = body
        self.is_flat = False
        self._json: Any = _NOT_PARSED
        self._not_json: str | None = None
        self._fields: RequestFields | None = None

    def json(self) -> Any:
        """Return the body as a JSON value with numbers as Decimal, the same value at every call.

        Raises NotJsonError, at every call with the same message, where the body is not JSON.
        """
        if self._json is _NOT_PARSED:
            if self._not_json is not None:
                raise NotJsonError(self._not_json)
            try:
                self._json = parse_json(self.body)
            except NotJsonError as error:
                self._not_json = str(error)
                raise
        return self._json

    @property
    def fields(self) -> RequestFields:
        """Return the fields of the body, or of the query where there is no body; NO_FIELDS where they cannot be read."""
        if self._fields is None:
            self._fields = self._read_fields()
        return self._fields

    def parsed_part(self) -> RequestFields | dict[str, Any] | None:
        """Return what a record keeps of the parsed body: a flat body as it is, of any other its `fields`, None where it was not parsed.

        That takes no more memory than a small multiple of the body, whatever the client has sent.
        """
        if self.is_flat:
            flat: dict[str, Any] = self._json
            return flat
        was_parsed = self._json is not _NOT_PARSED or self._not_json is not None
        return self.fields if was_parsed else self._fields

    def _read_fields(self) -> RequestFields:
        if not self.body:
            return fields_of_query(self.query)
        try:
            return fields_of_json(self.json())
        except NotJsonError:
            return NO_FIELDS
