"""The lines of a history come from files, plain or compressed, and keep the file and the line they came from."""

from __future__ import annotations

import gzip
import io
import sys

import pytest

from billing_audit.sources import HistoryError, SourceError, Sources

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = b"".join(b'{"op": "check", "number": %d}\n' % number for number in range(9))
COMPRESS = {"plain": bytes, "gzip": gzip.compress, "zstd": zstd.compress}


def lines_of(sources):
    return [line for block in sources.blocks() for line in block.lines]


@pytest.fixture
def write(tmp_path):
    def write_(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write_


@pytest.mark.parametrize("compress", COMPRESS.values(), ids=COMPRESS)
def test_a_file_gives_its_lines_however_it_is_compressed(write, compress):
    # The name says nothing, as the names of rotated logs do.
    sources = Sources([write("calls.1", compress(LINES))])

    assert lines_of(sources) == LINES.splitlines()


def test_members_of_a_compressed_file_follow_one_another(write):
    data = gzip.compress(LINES[:90]) + gzip.compress(LINES[90:])

    assert lines_of(Sources([write("calls.gz", data)])) == LINES.splitlines()


def test_lines_are_numbered_through_and_know_their_file(write):
    one = write("one.jsonl", b"\xef\xbb\xbfa\n\nb")
    other = write("other.jsonl.zst", zstd.compress(b"\xef\xbb\xbfc\r\nd\n"))
    sources = Sources([one, other])

    numbered = {
        line: sources.place(number)
        for block in sources.blocks()
        for number, line in enumerate(block.lines, start=block.first)
    }

    assert numbered == {
        b"a": (one, 1),
        b"": (one, 2),
        b"b": (one, 3),
        b"c\r": (other, 1),
        b"d": (other, 2),
    }


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_compressed_file_that_was_cut_is_named(write, compress, cut):
    data = compress(bytes(range(256)) * 500 + LINES)
    name = write("calls", data[: int(len(data) * cut)])

    with pytest.raises(HistoryError, match=r"calls, line .*copy it again"):
        lines_of(Sources([name]))


def test_a_file_that_is_missing_is_named_with_what_to_give(tmp_path):
    with pytest.raises(SourceError, match="away cannot be read: No such file"):
        lines_of(Sources([str(tmp_path / "away")]))


def test_a_line_without_end_is_not_read_into_memory(write):
    name = write("calls", b"0" * 5_000_000)

    assert max(map(len, lines_of(Sources([name])))) <= 2 << 20


def test_the_size_of_what_cannot_be_measured_is_unknown(write):
    plain = write("plain", LINES)

    assert Sources([plain, plain]).expected_bytes() == 2 * len(LINES)
    assert Sources([plain, "-"]).expected_bytes() is None


def test_a_table_in_standard_input_is_read_as_csv_and_not_as_parquet(monkeypatch):
    def given(data):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        return Sources(["-"])

    csv = given(b'op,user_id,balance\r\nopening,"u,1",10.10\r\n')
    assert lines_of(csv) == [
        b"",
        b'{"op": "opening", "user_id": "u,1", "balance": 10.10}',
    ]
    with pytest.raises(SourceError, match="Parquet is read from files alone"):
        lines_of(given(b"PAR1 and more"))
