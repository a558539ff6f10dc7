"""The HTML report tells all that the JSON report holds, loads nothing, and takes what the target says as text."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest

from billing_contract import load_contract
from billing_verify.report.html import render_html
from tests.page import Page
from tests.reported import HOSTILE, RUNS, of, problems

CONTRACT = load_contract()


@pytest.fixture(params=[*RUNS, "hostile"])
def page(request):
    return request.getfixturevalue(request.param).page


@pytest.mark.parametrize("name", RUNS)
def test_the_page_opens_with_the_verdict_and_its_reason(request, name):
    run = request.getfixturevalue(name)
    verdict = run.json["verdict"].capitalize()

    assert run.page.title == f"{verdict}: {run.json['target']['url']}"
    assert run.page.heading.strip() == verdict
    assert run.json["sentence"].removeprefix(f"{verdict}: ")[1:] in run.page.text


@pytest.mark.parametrize("name", RUNS)
def test_the_page_tells_how_the_run_was_made(request, name):
    run = request.getfixturevalue(name)
    report, counted = run.json, run.json["must_clauses"]

    assert f"{counted['executed']} of {counted['of']}" in run.page.text
    for fact in ("profile", "seed", "requests", "spent"):
        assert str(report[fact]) in run.page.text
    assert report["contract"]["sha256"][:12] in run.page.text
    assert report["started"] in run.page.values("datetime")


@pytest.mark.parametrize(
    ("seconds", "words"), [(3.9, "3.9 s"), (61.7, "1 min 2 s"), (3600, "60 min 0 s")]
)
def test_a_duration_is_told_in_words(report, seconds, words):
    report["seconds"] = seconds

    assert words in Page(render_html(report)).text


@pytest.mark.parametrize("name", RUNS)
def test_the_page_has_a_place_for_every_clause(request, name):
    run = request.getfixturevalue(name)

    for clause in run.json["clauses"]:
        assert clause["id"] in run.page.values("id")
        assert clause["text"] in run.page.text
        assert clause["source"] in run.page.text


def test_the_page_is_well_formed_and_its_links_lead_somewhere(page):
    ids = page.values("id")
    links = [link[1:] for link in page.values("href") if link.startswith("#")]

    assert page.unbalanced == []
    assert len(ids) == len(set(ids))
    assert set(links) <= set(ids)


def test_the_page_loads_nothing(page):
    policy = page.tags("meta")[1]["content"]
    script = re.search(r"<script>(.*)</script>", page.html, re.DOTALL)[1]
    digest = b64encode(sha256(script.encode()).digest()).decode()

    assert all(value.startswith(("#", "data:")) for value in page.values("href"))
    assert all(value.startswith("data:") for value in page.values("src"))
    assert not re.search(r"@import|url\(|srcset|<iframe|<object", page.html)
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert f"script-src 'sha256-{digest}'" in policy


def test_the_script_of_the_page_is_whole(page):
    script = re.search(r"<script>(.*)</script>", page.html, re.DOTALL)[1]

    for opening, closing in ("{}", "()"):
        assert script.count(opening) == script.count(closing) > 0
    assert script.endswith("}\n")


def test_the_page_can_be_read_by_every_means(page):
    landmarks = {"header", "nav", "main", "footer"} & {tag for tag, _ in page.elements}

    assert len(landmarks) == 4
    assert page.tags("html") == [{"lang": "en"}]
    assert "prefers-color-scheme: dark" in page.html
    assert "@media print" in page.html
    assert "#clauses" in page.values("href")


def test_the_page_tells_the_open_choices(conforming, report):
    choice = CONTRACT.open_choices["unknown-user"]
    report["observed_otherwise"] = {"tx-id": "something else: <7>"}

    for each in CONTRACT.open_choices.values():
        assert each.question in conforming.page.text
    assert choice.options[0].text in conforming.page.text
    assert "something else: <7>" in Page(render_html(report)).text


def test_a_failure_is_told_from_the_state_to_the_curl_line(broken):
    failure = broken.json["failures"][0]
    exchange = failure["exchanges"][-1]

    for words in (failure["state"][1:], failure["claim"][1:], failure["message"]):
        assert words in broken.page.text
    assert failure["expected"] == "409"
    assert exchange["body"] in broken.page.text
    assert exchange["answer"]["body"] in broken.page.text
    assert exchange["curl"] in broken.page.text
    assert "super-secret-dev" not in broken.page.html


def test_a_page_without_failures_says_so(conforming, unreachable):
    assert "No clause failed." in conforming.page.text
    assert "Nothing was tested." in unreachable.page.text
    assert "What to look at" not in conforming.page.text


def test_known_deviations_are_told_with_their_reasons(report):
    of(report, "ref.duplicate").update(verdict="known", known_deviation="until May")
    of(report, "debit.exact").update(verdict="kept", known_deviation="until April")

    text = Page(render_html(report)).text

    assert "Known deviation: until May" in text
    assert "no longer happens; take it out of the settings: until April" in text


def test_what_the_target_answers_stays_text(hostile):
    page, html = hostile.page, hostile.page.html

    assert hostile.ended.returncode == 1
    assert len(page.tags("script")) == 1
    assert page.tags("img") == []
    assert HOSTILE.decode() in page.text
    assert "text/<script>alert(2)</script>" in page.text
    assert '<b id="x">&' in page.text
    assert "\\x00\\x01" in page.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\ufeff", "\udc80", "\x1b"])
def test_characters_that_cannot_be_seen_are_written_out(report, unseen):
    report["sentence"] = f"a{unseen}b"

    html = render_html(report)

    assert re.search(r"a\\[ux][0-9a-f]{2,4}b", Page(html).text, re.IGNORECASE)
    assert unseen not in html


def test_a_timeline_is_a_picture_of_its_own(report):
    drawn = "<svg xmlns='http://www.w3.org/2000/svg'><style>p {}</style></svg>"
    report["failures"][0] |= {"timeline": drawn, "timeline_text": "|--| <a>"}

    page = Page(render_html(report))
    picture = page.tags("img")[0]

    kind, _, data = picture["src"].partition(",")
    assert (kind, b64decode(data).decode()) == ("data:image/svg+xml;base64", drawn)
    assert report["failures"][0]["message"] in picture["alt"]
    assert "|--| <a>" in page.text
    assert problems(report) == []


def test_a_failure_of_a_clause_that_was_not_asked_for_is_told(report):
    report["failures"][0]["clauses"] = ["debit.visible", "gone.clause"]

    page = Page(render_html(report))

    assert CONTRACT.clauses["debit.visible"].text in page.text
    assert "gone.clause" in page.text
    assert "#debit.visible" not in page.values("href")


@pytest.mark.parametrize("body", ["[" * 2000, '{"a":' * 400, "9" * 2000, "", "null"])
def test_no_body_keeps_the_page_from_being_made(report, body):
    exchange = report["failures"][0]["exchanges"][0]
    exchange["body"] = exchange["answer"]["body"] = body

    assert body in Page(render_html(report)).text
