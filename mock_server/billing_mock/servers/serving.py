"""Serves a mock from a process of its own: Granian, one worker, since the balances live in it."""

from __future__ import annotations

import http.client
import ipaddress
import os
import signal
import socket
import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces, RuntimeModes

from billing_mock.service import MockService
from billing_mock.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_mock.config.settings import Settings

# A delayed answer or a half-sent body holds a thread; this many of them stop the service.
THREADS = 128
_READY_POLL_SECONDS = 0.01


class AddressError(Exception):
    """The address cannot be bound; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. `port` is a real port, never 0."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """As a client on this machine writes it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  told, not bound
        return (
            f"http://[{host}]:{self.port}"
            if ":" in host
            else f"http://{host}:{self.port}"
        )


def claim(host: str, port: int) -> Address:
    """Find out that the address is free; port 0 picks a free port. Raises AddressError.

    Granian would share a port that another Granian holds, and then half of the debits would go
    to another ledger.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen()
            bound = probe.getsockname()
    except (OSError, OverflowError, UnicodeError) as error:
        raise AddressError(
            f"cannot listen on {host} port {port}: {_reason(error, port)}"
        ) from error
    return Address(bound[0], bound[1])


def serve(
    settings: Settings, address: Address, *, on_ready: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished. Calls `on_ready` once it answers."""
    server = Granian(
        "billing_mock",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        runtime_mode=RuntimeModes.mt,
        websockets=False,
        log_enabled=False,
    )
    threading.Thread(
        target=_tell_when_ready, args=(address, on_ready), daemon=True
    ).start()
    server.serve(target_loader=partial(_load, settings), wrap_loader=False)


def _load(settings: Settings) -> Any:
    # Granian puts the process environment into every WSGI environ; the secret has no business there.
    os.environ.pop("BILLING_SERVICE_TOKEN", None)
    service = MockService(settings)
    _at_a_signal(service.conversation.faults.waits.close)
    return create_app(service)


def _at_a_signal(act: Callable[[], None]) -> None:
    """Call `act` in a thread at SIGTERM or SIGINT, beside what Granian does then: finish what is in flight."""
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)

    def wait() -> None:
        os.read(told, 1)
        act()

    threading.Thread(target=wait, name="at-a-signal", daemon=True).start()


def _tell_when_ready(address: Address, on_ready: Callable[[], None]) -> None:
    pause = threading.Event()
    while not _answers(address):
        pause.wait(_READY_POLL_SECONDS)
    on_ready()


def _answers(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.url.rpartition("/")[2], timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _reason(error: Exception, port: int) -> str:
    match error:
        case OSError(errno=98 | 48 | 10048):
            return f"another program uses it; stop that one, or choose another with --port (now {port}; 0 picks a free one)"
        case PermissionError():
            return "not permitted; choose a port above 1023 with --port"
        case _:
            return f"{error}; check --host and --port"
