"""What a run writes for CI: the summary of a job in Markdown, annotations, and a badge."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from billing_verify.report.annotations import annotation_lines
from billing_verify.report.badge import badge
from billing_verify.report.markdown import render_markdown
from tests.once import once
from tests.processes import KEY, run
from tests.zoo import Service, serving
from tests.zoo.faults.idempotency import RefsIgnored

FILES = ("summary", "badge", "json", "junit")


def verified(service, folder, *options):
    """Verify one clause with all that CI reads, and return what was printed, the files, and the exit status."""
    paths = {name: folder / name for name in FILES}
    with serving(service) as url:
        ended = run(
            "billing_verify",
            *(url, "--account-url", f"{url}/_zoo/accounts", "--profile", "quick"),
            *("--clause", "ref.duplicate", "--annotations", *options),
            *(word for name in FILES for word in (f"--{name}", paths[name])),
        )
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    return SimpleNamespace(
        printed=ended.stdout, status=ended.returncode, url=url, **texts
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    return once(
        tmp_path_factory, "ci-broken", lambda folder: verified(RefsIgnored(), folder)
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return once(tmp_path_factory, "ci-kept", lambda folder: verified(Service(), folder))


def annotated(printed):
    """Return level, title and text of each annotation, as the runner of GitHub Actions reads them."""
    found = re.findall(r"^::(\w+) title=([^:\n]*)::(.*)$", printed, re.MULTILINE)
    return [
        (level, unescaped(title), unescaped(text).splitlines())
        for level, title, text in found
    ]


def unescaped(text):
    for code, character in {
        "0A": "\n",
        "0D": "\r",
        "3A": ":",
        "2C": ",",
        "25": "%",
    }.items():
        text = text.replace(f"%{code}", character)
    return text


def test_each_cause_is_an_annotation_with_its_remedy(broken):
    [(level, title, (text, hint, repeat))] = annotated(broken.printed)

    assert (broken.status, level) == (1, "error")
    assert title == "billing contract broken: ref.duplicate"
    assert text == "A used ref answers 409 and charges nothing."
    assert hint.startswith("Usual cause: ")
    assert repeat.startswith(f"billing-verify {broken.url} --")
    assert "--clause ref.duplicate --seed " in repeat


def test_the_summary_tells_verdict_cause_exchange_and_how_to_repeat_it(broken):
    text = broken.summary
    cause = json.loads(broken.json)["causes"][0]

    assert text.startswith("## ❌ Billing contract: does not conform\n")
    assert "### 1. broken: `ref.duplicate`" in text
    assert re.search(r"```text\nPOST debit: .* -> 200 balance .*\nPOST debit: ", text)
    assert f"Usual cause: {cause['hint']}" in text.replace("\\", "")
    assert f"```sh\n{cause['repeat']}\n```" in text


def test_a_conforming_run_has_no_annotation_and_a_green_badge(kept):
    assert (kept.status, annotated(kept.printed)) == (0, [])
    assert kept.summary.startswith("## ✅ Billing contract: conforms\n")
    assert json.loads(kept.badge) == {
        "schemaVersion": 1,
        "label": f"billing contract {json.loads(kept.json)['contract']['version']}",
        "message": "1 of 1 must clauses kept",
        "color": "brightgreen",
    }


def test_the_badge_of_a_broken_contract_is_red(broken):
    read = json.loads(broken.badge)

    assert (read["message"], read["color"]) == ("does not conform", "red")


def test_no_key_is_in_any_of_them(broken):
    for text in (broken.summary, broken.badge, broken.printed):
        assert KEY not in text


def judged(report, **changes):
    return {**json.loads(report), "causes": [], **changes}


@pytest.mark.parametrize(
    ("verdict", "level", "color"),
    [
        ("not fully tested", "warning", "yellow"),
        ("could not judge", "error", "yellow"),
    ],
)
def test_what_was_not_judged_is_told_as_what_it_is(kept, verdict, level, color):
    untested = [{"reason": "no account", "clauses": ["a.b", "c.d"], "tests": 2}]
    report = judged(
        kept.json, verdict=verdict, sentence="It was: not so.", untested=untested
    )

    assert [
        annotation[0] for annotation in annotated("\n".join(annotation_lines(report)))
    ] == [level]
    assert "- 2 tests of `a.b`, `c.d`: no account" in render_markdown(report)
    assert (badge(report)["message"], badge(report)["color"]) == (verdict, color)


def test_nothing_that_a_service_says_acts_as_markdown_or_as_a_command(broken):
    report = json.loads(broken.json)
    evil = "```\n::error::<script>\x1b[2J# x"
    failure = report["failures"][report["causes"][0]["failures"][0]]
    failure["message"] = evil
    failure["deciding"][-1]["answer"]["body"] = evil
    report["untested"] = [{"reason": evil, "clauses": ["a.b"], "tests": 1}]

    text = render_markdown(report)

    outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<script>" not in outside
    assert "\x1b" not in text
    assert not [line for line in annotation_lines(report) if "\n" in line]
