"""One request and its response, as they are recorded: the right key is in neither."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from billing_contract import NotJsonError, parse_json, render_json, repeated_names
from billing_contract.masking import mask_of
from billing_verify.client.keys import KEY_HEADER
from billing_verify.errors import UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.client.keys import KeyVariant

_SHOWN_BYTES = 2000
_UNREAD: Any = object()
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Call:
    """A request to send, or one that was sent. `url` has the query, `headers` have no key."""

    method: str
    url: str
    key: KeyVariant
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    # Not copied by dataclasses.replace, so that a call with another body has other fields.
    _fields: Any = field(default=_UNREAD, init=False, repr=False, compare=False)

    def with_fields(self, fields: Any) -> Call:
        """Return this call with a JSON value as its body. The value stays with the call."""
        call = replace(self, body=render_json(fields))
        object.__setattr__(call, "_fields", as_parsed(fields))
        return call

    @property
    def fields(self) -> Any:
        """Return the body as JSON, numbers as Decimal; None where it is absent or not JSON.

        Bytes that were not made from fields are parsed once, when this is first asked for.
        """
        if self._fields is _UNREAD:
            try:
                fields = None if self.body is None else parse_json(self.body)
            except NotJsonError:
                fields = None
            object.__setattr__(self, "_fields", fields)
        return self._fields

    @property
    def shown_body(self) -> str:
        """Return the body as text for people, shortened."""
        return (self.body or b"")[:_SHOWN_BYTES].decode(errors="replace")

    def curl(self) -> str:
        """Return a shell command that sends the call again, with the key from the environment."""
        words = ["curl", "-sS", "-i"]
        if self.method != "GET" or self.body is not None:
            words += ["-X", self.method]
        line = shlex.join(words)
        for _, shell in self.key.headers:
            line += f' -H "{KEY_HEADER}{f": {shell}" if shell else ";"}"'
        for name, value in self.headers.items():
            line += f" -H {shlex.quote(f'{name}: {value}')}"
        if self.body is not None:
            line += f" --data-binary {_shell_bytes(self.body)}"
        return f"{line} {shlex.quote(self.url)}"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What came back. `start` and `end` are seconds on one monotonic clock, around the request."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    start: float
    end: float

    def __repr__(self) -> str:
        return f"<answer {self.status}: {self.shown_body}>"

    @property
    def content_type(self) -> str:
        """Return the media type without parameters, in lower case; empty where the header is missing."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """Return the body as JSON, numbers as Decimal. Raises UnreadableResponseError."""
        try:
            return parse_json(self.body)
        except NotJsonError as error:
            raise UnreadableResponseError(
                f"the answer {self.status} is not JSON: {error}: {self.shown_body}"
            ) from error

    @property
    def repeated_names(self) -> list[str]:
        """Return the names that stand twice or more in one object of the body, empty where it is not JSON.

        RFC 8259 leaves open which of the values a reader takes, so two readers may take different ones.
        """
        return repeated_names(self.body) if self.is_json else []

    @property
    def is_json(self) -> bool:
        """Return whether the body is JSON at all."""
        return _is_json(self.body)

    @property
    def balance(self) -> Decimal:
        """Return the field balance. Raises UnreadableResponseError where there is no such number."""
        return self._field("balance", Decimal)

    @property
    def allowed(self) -> bool:
        """Return the field allowed. Raises UnreadableResponseError where there is no such boolean."""
        return self._field("allowed", bool)

    @property
    def tx_id(self) -> str:
        """Return the field tx_id. Raises UnreadableResponseError where there is no such text."""
        return self._field("tx_id", str)

    @property
    def tells_a_plan(self) -> bool:
        """Return whether the field plan says more than that there is none, as null and the placeholder do."""
        fields = self.json if self.is_json else None
        plan = fields.get("plan") if isinstance(fields, dict) else None
        never_ends = isinstance(plan, dict) and plan.get("expires_at", "") is None
        return bool(plan) and not never_ends

    @property
    def shown_body(self) -> str:
        """Return the body as text for people, shortened."""
        return self.body[:_SHOWN_BYTES].decode(errors="replace")

    def _field(self, name: str, kind: type[Value]) -> Value:
        value = self.json
        if not isinstance(value, dict) or not isinstance(value.get(name), kind):
            raise UnreadableResponseError(
                f"the answer {self.status} has no proper field {name}: {self.shown_body}"
            )
        found: Value = value[name]
        return found


def without_key(received: bytes, key: str) -> bytes:
    """Return the bytes with *** for the key, which a service may repeat in its response.

    Bytes that are JSON stay JSON: digits of a number are no key.
    """
    masked = mask_of(key).data(received)
    if masked is received or _is_json(masked) or not _is_json(received):
        return masked
    return received


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and what came back; `response` is None where nothing did, and `failure` is the reason.

    `is_lost_on_purpose` is true where the suite hung up before the answer. Exchanges with the same
    number `burst` were sent at once; it is None for one that was sent alone.
    """

    call: Call
    response: Response | None
    failure: str = ""
    is_lost_on_purpose: bool = False
    burst: int | None = None


def as_parsed(value: Any) -> Any:
    """Return a JSON value as parse_json would return it from its text: all numbers as Decimal."""
    match value:
        case bool() | None | str() | Decimal():
            return value
        case int() | float():
            return Decimal(str(value))
        case dict():
            return {name: as_parsed(each) for name, each in value.items()}
        case _:
            return [as_parsed(each) for each in value]


def _is_json(body: bytes) -> bool:
    try:
        parse_json(body)
    except NotJsonError:
        return False
    return True


def _shell_bytes(body: bytes) -> str:
    shown = body[:_SHOWN_BYTES]
    try:
        text = shown.decode()
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(f"\\x{byte:02x}" for byte in shown) + "'"
