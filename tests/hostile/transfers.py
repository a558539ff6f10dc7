"""Bytes on the wire that no client expects: too slow, without end, or no HTTP at all."""

import itertools
import time
import zlib

from tests.hostile.connection import Hostile, kind

DRIP_SECONDS = (
    0.2  # below each --timeout of the runs, so that only the whole answer is late
)
KIBIBYTE = b"x" * 1024
MEBIBYTE_OF_ZEROS = zlib.compress(bytes(1024 * 1024), 9, wbits=31)


@kind
class Drips(Hostile):
    """The answer comes a byte at a time, with a pause that is shorter than the time-out."""

    def attack(self, _status, _headers, body):
        top = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        whole = top + b"Content-Length: %d\r\n\r\n" % (len(body) + 10**4) + body
        for byte in itertools.chain(whole, itertools.repeat(32)):
            self.write(bytes([byte]))
            time.sleep(DRIP_SECONDS)


@kind
class ContinuesForever(Hostile):
    """100 Continue comes again and again, and no answer after it."""

    def attack(self, *_answer):
        while True:
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 64)


@kind
class EndlessBody(Hostile):
    """The body never ends."""

    def attack(self, *_answer):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        while True:
            self.write(b"1," * 32768)


@kind
class EndlessChunks(Hostile):
    """The body comes in chunks, of which none is the last."""

    def attack(self, *_answer):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.write(b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            self.write(b"400\r\n", KIBIBYTE, b"\r\n")


@kind
class EndlessTrailer(Hostile):
    """After the last chunk come trailers without end."""

    def attack(self, _status, _headers, body):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.write(b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body), body)
        self.write(b"\r\n0\r\n")
        while True:
            self.write(b"X-More: x\r\n" * 64)


@kind
class Bomb(Hostile):
    """The body is small, packed with gzip, and unpacks to a gigabyte."""

    def attack(self, *_answer):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.write(b"Content-Encoding: gzip\r\n\r\n")
        for _ in range(1024):
            self.write(MEBIBYTE_OF_ZEROS)


@kind
class EndlessHead(Hostile):
    """The head of the answer never ends."""

    def attack(self, *_answer):
        self.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.write(b"X-Filler: ", KIBIBYTE, b"\r\n")


@kind
class EndlessLine(Hostile):
    """The first line of the answer never ends."""

    def attack(self, *_answer):
        self.write(b"HTTP/1.1 200 ")
        while True:
            self.write(KIBIBYTE)


@kind
class ClosesAtOnce(Hostile):
    """The connection is closed without a word."""

    charges = False

    def attack(self, *_answer):
        pass


@kind
class ChargesAndCloses(Hostile):
    """The request is carried out, and the connection closed without a word."""

    def attack(self, *_answer):
        pass


@kind
class Garbage(Hostile):
    """Bytes come that are no HTTP."""

    def attack(self, *_answer):
        self.write(bytes(range(256)) * 8, b"\r\n\r\n")


@kind
class Hangs(Hostile):
    """Nothing comes, and the connection stays open."""

    charges = False

    def attack(self, *_answer):
        self.rfile.read()


@kind
class PromisesMore(Hostile):
    """Content-Length is larger than the body, and the connection stays open."""

    def attack(self, _status, _headers, body):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.write(b"Content-Length: %d\r\n\r\n" % (len(body) + 10), body)
        self.rfile.read()


@kind
class PromisesLess(Hostile):
    """Content-Length is smaller than the body, whose rest looks like the next answer."""

    def attack(self, _status, _headers, body):
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.write(b"Content-Length: 2\r\n\r\n{}", body)

    def stays_open(self, _environ, _headers):
        return True
