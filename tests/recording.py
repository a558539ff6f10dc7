"""Conforming services that note every request of the contract, over HTTP and over TLS."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.zoo import Service
from tests.zoo.serving import Server

if TYPE_CHECKING:
    import ssl


class Recording(Service):
    """`requests` are method, path, headers as the environ has them, body, and the moment of each."""

    def __init__(self):
        super().__init__()
        self.requests = []

    def respond(self, request):
        self.requests.append(
            (
                request.method,
                request.path,
                request.environ,
                request.body,
                time.monotonic(),
            )
        )
        return super().respond(request)

    def bodies(self, operation):
        """What was sent to one operation, as JSON."""
        return [
            json.loads(body)
            for _, path, _, body, _ in self.requests
            if path.endswith(operation)
        ]


class TlsServer(Server):
    """A server that wants a certificate of its clients."""

    context: ssl.SSLContext

    def get_request(self):
        connection, address = super().get_request()
        encrypted = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return encrypted, address


@contextmanager
def serving_tls(service, context):
    server = TlsServer(service)
    server.context = context
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()
