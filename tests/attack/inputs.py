"""Hostile inputs of many kinds, from a seed: each kind is a function from a source of chance to an attack."""

import gzip
import itertools
import json
from decimal import Decimal

from tests.attack.control_inputs import CONTROL_KINDS
from tests.attack.http_bytes import DEBIT, Attack, debit_body, head, whole

ATTACKED = [f"attacked-{number:03}" for number in range(20)]
SPOILT = [f"mutated!{number:03}" for number in range(20)]
CENT = Decimal("0.01")
API = (
    *(
        "/internal/billing/debit",
        "/internal/billing/check",
        "/internal/billing/balance",
    ),
    *("/internal/billing/credit", "/internal/billing/plan/apply"),
)
PAGES = ("/", "/docs", "/health", "/openapi.yaml", "/openapi.json", "/openapi-3.0.json")
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "post", "P\x00ST", "A" * 300)  # fmt: skip
VALUES = (
    *(
        "null",
        "true",
        "[]",
        "{}",
        '""',
        '"x"',
        "-1",
        "0",
        "-0",
        "0.001",
        "1e-400",
        "1e400",
    ),
    *(
        "NaN",
        "Infinity",
        "9" * 5000,
        "0." + "1" * 5000,
        '"\\ud800"',
        '"\\u0000"',
        '"2.0"',
    ),
    *(
        "[" * 2000 + "]" * 2000,
        '{"a":' * 900 + "1" + "}" * 900,
        "1.0.0",
        "0x1",
        "01",
        "+1",
    ),
)
TEXTS = (
    b"", b"{", b"[]", b"null", b"true", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"\x00" * 100,
    b'{"user_id": "' + b"\xed\xa0\x80" + b'"}', b"user_id=a&units=1", b"<xml/>", b"[" * 100_000,
    b'{"a":' * 50_000, b'"' + b"\\u0000" * 1000 + b'"', b"{}" * 1000, b"1" * 20_000, b"\x80" * 500,
)  # fmt: skip
SEGMENTS = ("..", ".", "", "%2e%2e", "%2f", "%00", "%", "%zz", "%ff", "internal", "billing", "debit", "_mock", ";x", "a" * 300, "\x7f", "ü", "?", "#", "//", "\\", "debit ", "%0d%0a")  # fmt: skip
_COUNTER = itertools.count(1)


def _ref():
    return f"attack-{next(_COUNTER)}"


def _proper(rng):
    user_id = rng.choice(ATTACKED)
    return user_id, whole(DEBIT, debit_body(user_id, _ref()))


def proper_debits_in_one_go(rng):
    """Proper debits, one after another on one connection, cut into parts anywhere."""
    user_id = rng.choice(ATTACKED)
    count = rng.randint(1, 12)
    data = b"".join(whole(DEBIT, debit_body(user_id, _ref())) for _ in range(count))
    cuts = sorted(rng.sample(range(1, len(data)), 3))
    parts = tuple(
        data[begin:end] for begin, end in itertools.pairwise([0, *cuts, len(data)])
    )
    return Attack(parts, user_id, (CENT,) * count)


def random_bytes(rng):
    """Bytes that are no HTTP."""
    return Attack((rng.randbytes(rng.randint(1, 2000)),))


def random_lines(rng):
    """Lines of letters that look a little like HTTP."""
    letters = "GETPOS /:.HT1\r\n\t ,;=%\x00abc"
    return Attack(("".join(rng.choices(letters, k=rng.randint(1, 900))).encode(),))


def flipped_bytes(rng):
    """A proper debit with some bytes changed, left out or put in."""
    data = bytearray(whole(DEBIT, debit_body(rng.choice(SPOILT), _ref())))
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(data))
        match rng.randrange(3):
            case 0:
                data[place] = rng.randrange(256)
            case 1:
                del data[place]
            case _:
                data.insert(place, rng.randrange(256))
    return Attack((bytes(data),))


def cut_short(rng):
    """A proper debit that ends somewhere, and the client with it."""
    user_id, data = _proper(rng)
    return Attack((data[: rng.randrange(len(data))],), user_id)


def hang_up(rng):
    """A part of a debit, and a client that closes and reads nothing."""
    user_id, data = _proper(rng)
    return Attack((data[: rng.randrange(1, len(data))],), user_id, hangs_up=True)


def odd_paths(rng):
    """Paths with slashes, dots, escapes and bytes that no route has."""
    target = "/" + "/".join(rng.choices(SEGMENTS, k=rng.randint(1, 7)))
    user_id = rng.choice(SPOILT)
    if rng.random() < 0.5:
        target = rng.choice(("/", "//", "/%2f", "/.", "/x/..")) + rng.choice(API)
        user_id = rng.choice(ATTACKED)
    body = debit_body(user_id, _ref())
    return Attack((whole(target, body, method=rng.choice(("GET", "POST"))),))


def odd_methods(rng):
    """Methods that a route does not have, or that nobody has."""
    target = rng.choice((*API, *PAGES))
    body = rng.choice((b"", debit_body(rng.choice(ATTACKED), _ref())))
    return Attack((whole(target, body, method=rng.choice(METHODS)),))


def two_lengths(rng):
    """Framing in which a second request may hide: two lengths, a length beside chunks, odd codings."""
    hidden = whole(DEBIT, debit_body(rng.choice(SPOILT), _ref()))
    lines = rng.choice((
        [("Content-Length", 5), ("Transfer-Encoding", "chunked")],
        [("Content-Length", len(hidden) + 5), ("Content-Length", 5)],
        [("Transfer-Encoding", "xchunked")],
        [("Transfer-Encoding", "chunked, identity")],
        [("Transfer-Encoding ", "chunked")],
        [("Content-Length", "-1")],
        [("Content-Length", "5, 6")],
        [("Content-Length", "+5")],
        [("Content-Length", "0x5")],
        [("Content-Length", "9" * 40)],
        [("X", "a\r\n b"), ("Content-Length", len(hidden) + 5)],
        [("X", "a\nContent-Length: 5"), ("Content-Length", len(hidden) + 5)],
        [("Transfer-Encoding", "\x0bchunked"), ("Content-Length", len(hidden) + 5)],
    ))  # fmt: skip
    return Attack((head(headers=lines, key=None) + b"\r\n0\r\n\r\n" + hidden,))


def odd_chunks(rng):
    """Chunks of wrong sizes, with extensions and trailers, that end too soon or never."""
    body = debit_body(rng.choice(ATTACKED), _ref())
    size = rng.choice(
        (b"zz", b"-1", b"fffffffffffffffff", b"5;a=" + b"b" * 5000, b"", b"0x10", b" 5")
    )
    tail = rng.choice((b"", b"0\r\n", b"0\r\nX: " + b"y" * 9000, b"\r\n\r\n\r\n"))
    lines = [("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]
    return Attack((head(headers=lines) + b"\r\n" + size + b"\r\n" + body + tail,))


def huge_heads(rng):
    """Heads that are too large: one long line, or very many."""
    match rng.randrange(3):
        case 0:
            data = head("/" + "a" * rng.choice((9000, 70_000)))
        case 1:
            data = head(headers=[("X", "b" * rng.choice((9000, 70_000)))])
        case _:
            data = head(headers=[(f"X-{number}", "c") for number in range(3000)])
    return Attack((data + b"\r\n",))


def broken_headers(rng):
    """Lines of a head that no grammar allows."""
    line = rng.choice((b"no colon", b": no name", b"a b: c", b"X: \x00", b"X\xff: 1", b"X: a\rb", b" X: 1", b"Host: a\r\nHost: b", b"X:" + b"\t" * 500))  # fmt: skip
    body = debit_body(rng.choice(SPOILT), _ref())
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    return Attack((head() + line + b"\r\n" + length + body,))


def odd_bodies(rng):
    """Bodies that are no JSON, or no object, or much too deep or long."""
    body = rng.choice(TEXTS)
    if rng.random() < 0.01:
        body = b'{"ref": "' + b"x" * (1 << 21) + b'"}'
    return Attack((whole(rng.choice(API), body),))


def odd_fields(rng):
    """Bodies with a field of the wrong type or value, missing, twice, or unknown."""
    user_id = rng.choice(SPOILT)
    fields = {"user_id": json.dumps(user_id), "units": "0.01", "ref": f'"{_ref()}"', "reason": '"x"', "plan_id": '"base750"'}  # fmt: skip
    for name in rng.sample(sorted(fields), rng.randint(1, 3)):
        fields[name] = rng.choice(VALUES)
    if rng.random() < 0.3:
        fields.pop(rng.choice(sorted(fields)))
    pairs = [f'"{name}": {value}' for name, value in fields.items()]
    if rng.random() < 0.2:
        pairs.append(rng.choice(pairs))
    return Attack((whole(rng.choice(API), ("{" + ", ".join(pairs) + "}").encode()),))


def odd_codings(rng):
    """Bodies that are compressed, or said to be, or of another content type."""
    body = debit_body(rng.choice(SPOILT), _ref())
    lines = rng.choice((("Content-Encoding", "gzip"), ("Content-Encoding", "br"), ("Content-Type", "text/plain"), ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "\xff")))  # fmt: skip
    body = rng.choice((body, gzip.compress(body)))
    return Attack((whole(DEBIT, body, headers=[lines]),))


def odd_keys(rng):
    """A proper debit with a key that is wrong, missing, twice, nearly right, or under another name."""
    body = debit_body(rng.choice(ATTACKED), _ref())
    key = rng.choice((None, "", "wrong", "super-secret-de", "super-secret-dev\x01", "\xff" * 50, "k" * 9000))  # fmt: skip
    extra = rng.choice(([], [("X_Internal_Key", "super-secret-dev")], [("X-Internal-Key", "other")], [("Authorization", "Bearer super-secret-dev")]))  # fmt: skip
    return Attack((whole(DEBIT, body, key=key, headers=extra),))


def odd_versions(rng):
    """Versions that are not served, and upgrades to other protocols."""
    version = rng.choice(("0.9", "1.0", "1.2", "2.0", "3.7", "1.", "11", "1.1 x"))
    extra = rng.choice(([], [("Upgrade", "h2c"), ("Connection", "Upgrade")], [("Upgrade", "websocket"), ("Connection", "upgrade")], [("Expect", "200-ok")]))  # fmt: skip
    body = debit_body(rng.choice(SPOILT), _ref())
    data = whole(DEBIT, body, version=version, headers=extra)
    return Attack((rng.choice((data, data, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),))


def expects_to_go_on(rng):
    """A proper debit whose client asks to go on, and sends the body at once."""
    user_id = rng.choice(ATTACKED)
    body = debit_body(user_id, _ref())
    data = whole(DEBIT, body, headers=[("Expect", "100-continue")])
    return Attack((data[: -len(body)], body), user_id, (CENT,))


def pages_asked_oddly(rng):
    """Pages and documents with odd queries, ranges and conditions."""
    lines = rng.choice(([], [("Range", "bytes=0-1,5-,-9")], [("If-None-Match", "*")], [("If-Modified-Since", "x")], [("Accept", "*/*;q=9")]))  # fmt: skip
    target = rng.choice(PAGES) + rng.choice(
        ("", "?", "?a=%ff&b", "?" + "x" * 5000, "/../x")
    )
    return Attack((whole(target, method=rng.choice(("GET", "HEAD")), headers=lines),))


KINDS = (
    *(
        proper_debits_in_one_go,
        random_bytes,
        random_lines,
        flipped_bytes,
        cut_short,
        hang_up,
    ),
    *(
        odd_paths,
        odd_methods,
        two_lengths,
        odd_chunks,
        huge_heads,
        broken_headers,
        odd_bodies,
    ),
    *(
        odd_fields,
        odd_codings,
        odd_keys,
        odd_versions,
        expects_to_go_on,
        pages_asked_oddly,
    ),
    *CONTROL_KINDS,
)
