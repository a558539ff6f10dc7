"""One request and its answer, as they are recorded: the key is in neither."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from billing_contract import NotJsonError, parse_json
from billing_verify.clauses import PremiseError
from billing_verify.client.target import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.client.target import KeyVariant

_SHOWN_BYTES = 2000
Value = TypeVar("Value")


class UnreadableResponseError(PremiseError):
    """An answer lacks what the story needs of it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it left: `path` with its query, `headers` without the key."""

    method: str
    url: str
    key: KeyVariant
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def shown_body(self) -> str:
        """The body as text for people, shortened."""
        return (self.body or b"")[:_SHOWN_BYTES].decode(errors="replace")

    def curl(self) -> str:
        """A command that sends it again and reads the key from the environment."""
        words = ["curl", "-sS", "-i"]
        if self.method != "GET" or self.body is not None:
            words += ["-X", self.method]
        line = shlex.join(words)
        if self.key.value is not None:
            line += f' -H "{KEY_HEADER}{":" if self.key.shell else ";"}{" " if self.key.shell else ""}{self.key.shell}"'
        for name, value in self.headers.items():
            line += f" -H {shlex.quote(f'{name}: {value}')}"
        if self.body is not None:
            line += f" --data-binary {_shell_bytes(self.body)}"
        return f"{line} {shlex.quote(self.url)}"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What came back. `start` and `end` are seconds on one clock, around the request."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    start: float
    end: float

    def __repr__(self) -> str:
        return f"<answer {self.status}: {self.shown_body}>"

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty where none was told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The body as JSON, numbers as Decimal. Raises UnreadableAnswerError."""
        try:
            return parse_json(self.body)
        except NotJsonError as error:
            raise UnreadableResponseError(
                f"the answer {self.status} is not JSON: {error}: {self.shown_body}"
            ) from error

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON at all."""
        try:
            parse_json(self.body)
        except NotJsonError:
            return False
        return True

    @property
    def balance(self) -> Decimal:
        """The field balance. Raises UnreadableAnswerError."""
        return self._field("balance", Decimal)

    @property
    def allowed(self) -> bool:
        """The field allowed. Raises UnreadableAnswerError."""
        return self._field("allowed", bool)

    @property
    def tx_id(self) -> str:
        """The field tx_id. Raises UnreadableAnswerError."""
        return self._field("tx_id", str)

    @property
    def shown_body(self) -> str:
        """The body as text for people, shortened."""
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
    """What came back, with the key taken out, for a service that repeats what it was sent."""
    return received.replace(key.encode(), b"***")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call with what came back; `answer` is None where nothing did, and `failure` says why."""

    call: Call
    response: Response | None
    failure: str = ""


def _shell_bytes(body: bytes) -> str:
    shown = body[:_SHOWN_BYTES]
    try:
        text = shown.decode()
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(f"\\x{byte:02x}" for byte in shown) + "'"
