"""The Russian README is kept in step with the English one: headings, commands, code, links."""

from __future__ import annotations

import re

from billing_contract import load_contract
from tests.docs.commands import ROOT

ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
RUSSIAN = (ROOT / "README.ru.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\w+\n.*?^```", re.MULTILINE | re.DOTALL)


def prose(text):
    return BLOCK.sub("", text)


def headings(text):
    return re.findall(r"^(#+) ", prose(text), re.MULTILINE)


def code(text):
    return set(re.findall(r"`([^`\n]+)`", prose(text)))


def links(text):
    targets = re.findall(r"\]\(([\w/.]+)", prose(text))
    return sorted(each for each in targets if not each.startswith("README"))


def test_headings_have_the_same_levels_in_the_same_order():
    assert headings(RUSSIAN) == headings(ENGLISH)


def test_commands_and_samples_are_the_same():
    assert BLOCK.findall(RUSSIAN) == BLOCK.findall(ENGLISH)


def test_both_name_the_same_options_routes_and_files():
    assert code(RUSSIAN) == code(ENGLISH)


def test_links_lead_to_the_same_pages():
    assert links(RUSSIAN) == links(ENGLISH)


def test_each_leads_to_the_other():
    assert "(README.ru.md)" in ENGLISH
    assert "(README.md)" in RUSSIAN


def test_it_lists_every_open_choice_with_its_options_the_default_first():
    listed = dict(re.findall(r"^- `([\w-]+)`: [^*]*(\*\*.*)$", RUSSIAN, re.MULTILINE))

    for choice in load_contract().open_choices.values():
        options = re.findall(r"`([\w-]+)`", listed[choice.id])
        assert options[0] == choice.default
        assert sorted(options) == sorted(choice.option_ids)
