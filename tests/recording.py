"""A conforming service that records every request, and a server for TLS."""

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
    """A conforming service whose `requests` are method, path, environ, body and time in seconds of each."""

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
        """Return the bodies that were sent to one operation, parsed from JSON."""
        return [
            json.loads(body)
            for _, path, _, body, _ in self.requests
            if path.endswith(operation)
        ]


class TlsServer(Server):
    """A server that requires a certificate of its clients."""

    context: ssl.SSLContext

    def get_request(self):
        connection, address = super().get_request()
        encrypted = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return encrypted, address


@contextmanager
def serving_tls(service, context):
    """Serve over TLS on a free port of 127.0.0.1 and yield the base URL; stop the server at the end."""
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
