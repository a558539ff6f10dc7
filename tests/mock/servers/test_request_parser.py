"""However a client's bytes come in pieces, the same requests are made of them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from billing_mock.servers.request_parser import RequestParser

HEADS = (
    b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: x\r\nX-Internal-Key: k\r\nContent-Length: %d\r\n\r\n",
    b"POST /b?c=d HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
)
BODIES = (b"", b"{}", b"[]", b"\r\n\r\n", b"POST /a HTTP/1.1\r\n\r\n")
CHUNKED = b"POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


def sent(head, body):
    return head % len(body) + body


REQUESTS = st.lists(
    st.builds(sent, st.sampled_from(HEADS), st.sampled_from(BODIES)) | st.just(CHUNKED),
    min_size=1,
    max_size=8,
)


def parsed(pieces):
    parser = RequestParser()
    found = [request for piece in pieces for request in parser.feed(piece)]
    assert parser.error is None
    return [
        (each.method, each.path, each.query, each.headers, each.body) for each in found
    ]


@given(requests=REQUESTS, cuts=st.lists(st.integers(0, 900), max_size=8))
def test_pieces_do_not_matter(requests, cuts):
    alone = [found for each in requests for found in parsed([each])]
    stream = b"".join(requests)
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in itertools.pairwise(places) if a < b]

    assert len(alone) == len(requests)
    assert parsed(pieces) == alone
    assert parsed(requests) == alone


def test_a_request_like_the_last_one_has_its_own_body():
    first, second = sent(HEADS[0], b"{}"), sent(HEADS[0], b"[]")

    assert [each[-1] for each in parsed([first, second, first])] == [
        b"{}",
        b"[]",
        b"{}",
    ]


def test_what_follows_in_the_same_piece_is_not_taken_for_a_body():
    first = sent(HEADS[0], b"{}")

    assert [each[-1] for each in parsed([first, first + first])] == [b"{}"] * 3
