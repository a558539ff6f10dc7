"""One request to the billing API, before any transport. Its body is parsed once."""

from __future__ import annotations

from typing import Any, Final

from billing_contract import NotJsonError, parse_json
from billing_mock.api.request_fields import (
    RequestFields,
    fields_of_json,
    fields_of_query,
)

KEPT_BODY_BYTES: Final = 2048
_UNREAD: Final = object()
_NO_FIELDS: Final = fields_of_json(None)


class Request:
    """A request: raw query string, raw body, and the values of two headers, None where absent.

    `key` is the value of X-Internal-Key; it is in no repr. `content_type` is that of Content-Type.
    """

    __slots__ = ("_fields", "_json", "body", "content_type", "key", "query")

    def __init__(
        self, key: str | None, query: str, content_type: str | None, body: bytes
    ) -> None:
        self.key = key
        self.query = query
        self.content_type = content_type
        self.body = body
        self._json: Any = _UNREAD
        self._fields: RequestFields | None = None

    def json(self) -> Any:
        """Return the body as a JSON value with numbers as Decimal. Raises NotJsonError.

        The first call parses it; later ones return the same value or raise the same error.
        """
        value = self._json
        if value is _UNREAD:
            try:
                value = parse_json(self.body)
            except NotJsonError as error:
                value = error
            self._json = value
        if isinstance(value, NotJsonError):
            raise value
        return value

    @property
    def fields(self) -> RequestFields:
        """Return the fields of the body, or of the query where there is no body; all None where they cannot be read."""
        if self._fields is None:
            if not self.body:
                self._fields = fields_of_query(self.query)
            else:
                try:
                    self._fields = fields_of_json(self.json())
                except NotJsonError:
                    self._fields = _NO_FIELDS
        return self._fields

    def release(self) -> None:
        """Forget the key, and the parsed value of a body above KEPT_BODY_BYTES; `fields` stay known."""
        self.key = None
        if len(self.body) > KEPT_BODY_BYTES:
            self._fields = self.fields
            self._json = _UNREAD
