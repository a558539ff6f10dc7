"""A WSGI service over real HTTP/1.1 on a port of its own, for the length of a with block.

Werkzeug's and wsgiref's servers close the connection after each answer; races
want warm connections, so this small one keeps them. It reads each body whole
before the service is called: nothing unread can spoil the next request, and a
client that disconnects early has still been served.
"""

import contextlib
import io
import itertools
import socket
import socketserver
import string
import sys
import threading
from http import HTTPStatus
from urllib.parse import unquote_to_bytes, urlsplit

BODY_MAX = 16 * 1024 * 1024
LINE_MAX = 64 * 1024


class BadRequestError(Exception):
    """The bytes that came are no HTTP request."""


class Server(socketserver.ThreadingTCPServer):
    """A server of one WSGI service that keeps connections open, each in a thread."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, service):
        super().__init__(("127.0.0.1", 0), Connection)
        self.service = service
        self.open_sockets = set()
        self.serials = itertools.count()

    def process_request(self, request, client_address):
        self.open_sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open_sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), OSError):  # a client may disconnect
            super().handle_error(request, client_address)

    def close_connections(self):
        """Shut every open connection down, whatever it waits for."""
        for connection in list(self.open_sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Connection(socketserver.StreamRequestHandler):
    """One keep-alive connection, in a thread of its own."""

    disable_nagle_algorithm = True

    def handle(self):
        self.serial = next(self.server.serials)
        try:
            while self.serve_one():
                pass
        except BadRequestError:
            self.send("400 Bad Request", [("Connection", "close")], b"{}")

    def serve_one(self):
        line = self.rfile.readline(LINE_MAX).strip()
        if not line:
            return False
        parts = line.decode("latin-1").split(" ")
        if len(parts) != len(("method", "target", "version")):
            raise BadRequestError
        environ = self.environ(parts, self.read_headers())
        status, headers, body = self.call(environ)
        self.send(status, headers, body, head=environ["REQUEST_METHOD"] == "HEAD")
        return self.stays_open(environ, headers)

    def read_headers(self):
        headers = {}
        while (line := self.rfile.readline(LINE_MAX)) not in (b"\r\n", b"\n"):
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                raise BadRequestError
            name, value = name.strip().upper().replace("-", "_"), value.strip()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        return headers

    def environ(self, request_line, headers):
        method, target, version = request_line
        if headers.get("EXPECT", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.read_body(headers)
        address = urlsplit(target)
        return {
            **{f"HTTP_{name}": value for name, value in headers.items()},
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": headers.get("CONTENT_TYPE", ""),
            "PATH_INFO": unquote_to_bytes(address.path).decode("latin-1"),
            "QUERY_STRING": address.query,
            "REQUEST_METHOD": method,
            "SERVER_PROTOCOL": version,
            "wsgi.input": io.BytesIO(body),
            "zoo.connection": self.serial,
            "zoo.socket": self.connection,
        }

    def read_body(self, headers):
        if "chunked" in headers.get("TRANSFER_ENCODING", "").lower():
            return b"".join(iter(self.read_chunk, b""))
        length = headers.get("CONTENT_LENGTH", "0")
        if not (length.isascii() and length.isdigit() and int(length) <= BODY_MAX):
            raise BadRequestError
        return self.read_exactly(int(length))

    def read_chunk(self):
        digits = self.rfile.readline(LINE_MAX).split(b";")[0].strip().decode("latin-1")
        if not digits or set(digits) - set(string.hexdigits):
            raise BadRequestError
        size = int(digits, 16)
        chunk = self.read_exactly(size)
        self.rfile.readline(LINE_MAX)
        return chunk

    def read_exactly(self, length):
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError
        return body

    def call(self, environ):
        started = []
        chunks = self.server.service(environ, lambda *head: started.extend(head))
        return *started, b"".join(chunks)

    def send(self, status, headers, body, *, head=False):
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {text}" for name, text in headers)]
        if int(status[:3]) != HTTPStatus.NO_CONTENT and "Content-Length" not in dict(
            headers
        ):
            lines.append("Transfer-Encoding: chunked")
            body = (
                b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
            )
        top = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(top if head else top + body)

    def stays_open(self, environ, headers):
        asked = environ.get("HTTP_CONNECTION", "").lower()
        return (
            ("Connection", "close") not in headers
            and environ["SERVER_PROTOCOL"] == "HTTP/1.1"
            and asked != "close"
        )


@contextlib.contextmanager
def serving(service):
    """Serve on a free port of 127.0.0.1 and yield the base URL; stop the server at the end."""
    server = Server(service)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()
