"""The docs are in step with the contract and the code that they describe."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from billing_mock.faults import KINDS, Trigger
from billing_mock.findings import RULES
from billing_mock.journal.journal import BYTES_MAX, REQUESTS_MAX
from tests.docs.commands import PAGES, ROOT
from tools.write_docs import TABLES, update_tables

MOCK = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")


def relative(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_tables_of_the_contract_are_as_make_docs_writes_them(path):
    text = path.read_text(encoding="utf-8")

    assert update_tables(text) == text


def test_every_table_of_the_contract_stands_somewhere():
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)

    for name in TABLES:
        assert f"<!-- {name}: make docs -->" in text


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_every_link_leads_somewhere(path):
    targets = re.findall(
        r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)", path.read_text(encoding="utf-8")
    )

    for target, anchor in targets:
        page = (path.parent / target) if target else path
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page), anchor


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        "#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def test_the_page_of_the_mock_lists_every_kind_of_fault_with_its_settings():
    rows = dict(re.findall(r"^\| `(\w+)` \|([^|]*)\|", MOCK, re.MULTILINE))

    for kind, fault in KINDS.items():
        assert {each.name for each in fields(fault)} <= set(
            re.findall(r"`(\w+)`", rows[kind])
        )
    for setting in fields(Trigger):
        assert f"`{setting.name}`" in MOCK


def test_the_page_of_the_mock_lists_every_rule():
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| [^|]* \|$", MOCK, re.MULTILINE)

    assert {rule.name for rule in RULES} <= set(listed)


def test_the_limits_of_the_journal_are_those_of_the_page():
    assert f"{REQUESTS_MAX:,} requests and {BYTES_MAX >> 20} MiB" in MOCK
