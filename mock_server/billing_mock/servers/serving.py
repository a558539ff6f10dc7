"""Serve a mock from a process of its own: Granian with one worker, since the balances are in its memory."""

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
    """The address cannot be listened on; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address to listen on. `port` is a real port, never 0."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach the address."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """Return the URL for a client on this machine, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  shown to the user, not listened on
        return (
            f"http://[{host}]:{self.port}"
            if ":" in host
            else f"http://{host}:{self.port}"
        )


def reserve_address(host: str, port: int) -> Address:
    """Return the address to listen on, after a check that it is free; port 0 picks a free port.

    The check is needed since Granian would share a port that another Granian holds, and half of
    the debits would reach another ledger. The address is not held until the server listens.
    Raises AddressError when the host is unknown, or the port is taken or not permitted.
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
            f"cannot listen on {host} port {port}: {_describe_bind_error(error, port)}"
        ) from error
    return Address(bound[0], bound[1])


def serve(
    settings: Settings, address: Address, *, on_ready: Callable[[], None]
) -> None:
    """Serve a mock until SIGINT or SIGTERM, then finish the requests in flight and return.

    Calls `on_ready` in another thread, once the mock answers.
    """
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
        target=_call_when_ready, args=(address, on_ready), daemon=True
    ).start()
    server.serve(target_loader=partial(_load, settings), wrap_loader=False)


def _load(settings: Settings) -> Any:
    # Granian puts the process environment into every WSGI environ; the secret must not be in it.
    os.environ.pop("BILLING_SERVICE_TOKEN", None)
    service = MockService(settings)
    _call_at_stop_signal(service.pipeline.faults.waits.close)
    return create_app(service)


def _call_at_stop_signal(act: Callable[[], None]) -> None:
    """Call `act` in a thread at SIGTERM or SIGINT, in addition to Granian's own handling of the signal."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)

    def wait() -> None:
        os.read(read_end, 1)
        act()

    threading.Thread(target=wait, name="stop-signal", daemon=True).start()


def _call_when_ready(address: Address, on_ready: Callable[[], None]) -> None:
    pause = threading.Event()
    while not _is_answering(address):
        pause.wait(_READY_POLL_SECONDS)
    on_ready()


def _is_answering(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.url.rpartition("/")[2], timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _describe_bind_error(error: Exception, port: int) -> str:
    match error:
        case OSError(errno=98 | 48 | 10048):
            return f"another program uses it; stop that one, or choose another with --port (now {port}; 0 picks a free one)"
        case PermissionError():
            return "not permitted; choose a port above 1023 with --port"
        case _:
            return f"{error}; check --host and --port"
