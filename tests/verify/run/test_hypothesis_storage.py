"""The folder in which Hypothesis works: it has what Hypothesis would look for at length."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import configuration
from hypothesis.internal import charmap

from billing_verify.run.hypothesis_storage import hypothesis_folder


def test_hypothesis_finds_the_characters_of_utf_8_there(monkeypatch):
    encodable = [
        number
        for number in range(0x110000)
        if chr(number).encode(errors="ignore").decode() == chr(number)
    ]
    monkeypatch.setattr(charmap, "sys", SimpleNamespace(maxunicode=-1))

    with hypothesis_folder() as folder:
        monkeypatch.setattr(configuration, "__hypothesis_home_directory", folder)
        found, lossy = charmap.intervals_from_codec.__wrapped__("utf-8")

    assert (list(found), list(lossy)) == (encodable, [])


def test_nothing_is_left_of_it():
    with hypothesis_folder() as folder:
        assert folder.is_dir()

    assert not folder.exists()
