"""A connection whose answers are replaced, and the list of the ways to do it."""

from tests.zoo.serving import Connection

KINDS = {}


class Hostile(Connection):
    """A connection to a zoo service, whose answers to some requests are replaced by `attack`.

    `server.only` is a part of the path of these requests. `charges` is whether the service has
    answered, and so has charged, before the attack.
    """

    charges = True

    def call(self, environ):
        self.is_attacked = (
            environ["PATH_INFO"].startswith("/internal/")
            and self.server.only in environ["PATH_INFO"]
        )
        if self.is_attacked and not self.charges:
            return "200 OK", [], b""
        return super().call(environ)

    def send(self, status, headers, body, *, head=False):
        if not self.is_attacked:
            super().send(status, headers, body, head=head)
            return
        self.attack(status, headers, body)

    def stays_open(self, environ, headers):
        return not self.is_attacked and super().stays_open(environ, headers)

    def write(self, *parts):
        self.wfile.write(b"".join(parts))

    def json(self, status, raw, *more):
        """Write a whole answer in JSON."""
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *more]
        length = f"Content-Length: {len(raw)}"
        self.write("\r\n".join([*lines, length, "", ""]).encode(), raw)


def kind(connection):
    """Add a kind of answer to the list."""
    KINDS[connection.__name__] = connection
    return connection
