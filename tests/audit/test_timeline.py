"""The drawing of a collision: which operations it has, and how they stand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

from msgspec.structs import replace

from billing_audit.checker.check import Broken, check
from billing_audit.timeline import draw_text, timeline
from billing_audit.timeline_svg import draw_svg
from tests.audit.operation_builders import charged, failed, lost, reading

FIRST = charged(2, "r1", (0, 1), leaves=8)
STALE = reading(10, (2, 3))


def drawn(operations):
    return timeline(check(operations, opening=Decimal(10)), operations)


def test_operations_stand_in_the_order_of_their_starts_with_the_collision_marked():
    text = draw_text(drawn([STALE, FIRST]))

    assert text.splitlines() == [
        "  start  end",
        "*     0    1  [=]        debit of 2 with ref 'r1': 200, balance 8 -- belongs on the way from 10 to 8",
        "*     2    3      [=]    reading: 200, balance 10 -- belongs at 10",
        "",
        "  Seconds after 0, not to scale.",
    ]


def test_moments_are_told_after_the_first_one():
    later = [
        replace(each, start=each.start + 100, end=each.end + 100)
        for each in (FIRST, STALE)
    ]

    text = draw_text(drawn(later))

    assert "*     2    3" in text
    assert "Seconds after 100, not to scale." in text


def test_an_operation_without_a_definite_answer_stays_open():
    text = draw_text(drawn([FIRST, STALE, lost(1, "r2", 1), failed(1, "r3", (1, 2))]))

    assert "[.....>  debit of 1 with ref 'r2': no answer" in text
    assert "[=]...>  debit of 1 with ref 'r3': 500" in text
    assert "An arrow has no definite answer" in text


def test_an_operation_of_no_length_is_a_stroke():
    assert " |  " in draw_text(drawn([FIRST, reading(10, (2, 2))]))


def test_of_a_long_history_only_the_neighbourhood_is_drawn():
    steps = [
        charged(1, f"s{n}", (10 * n, 10 * n + 9), leaves=1000 - n)
        for n in range(1, 500)
    ]
    stale = reading(900, (1510, 1511))

    shown = timeline(check([*steps, stale], opening=Decimal(1000)), [*steps, stale])

    assert len(shown.rows) == 12
    assert shown.left_out == 488
    assert sum(row.collides for row in shown.rows) == 2
    assert {"s100", "s102", "s150", "s152"} <= {
        getattr(row.operation, "ref", "") for row in shown.rows
    }


def test_a_collision_of_no_operations_shows_the_first_ones():
    shown = timeline(Broken("Nothing fits."), [STALE, FIRST])

    assert [row.operation for row in shown.rows] == [FIRST, STALE]


def test_the_svg_is_whole_and_has_a_bar_for_each_answer():
    shown = drawn([FIRST, STALE, lost(1, "r2", 1), failed(1, "<&>", (1, 2))])

    root = ET.fromstring(
        draw_svg(shown, title="Account 'u1'", sentence="Word & word. " * 20)
    )

    svg = "{http://www.w3.org/2000/svg}"
    assert [each.text for each in root.iter(f"{svg}title")] == ["Account 'u1'"]
    assert (
        len([each for each in root.iter(f"{svg}rect") if "bar" in each.get("class")])
        == 3
    )
    assert "debit of 1 with ref '<&>': 500" in [
        each.text for each in root.iter(f"{svg}text")
    ]
    assert "prefers-color-scheme: dark" in next(root.iter(f"{svg}style")).text


def test_a_label_too_long_for_its_place_loses_its_middle():
    shown = drawn([charged(2, "r" * 99, (0, 1), leaves=8), STALE])

    svg = draw_svg(shown, title="Account", sentence="")

    assert "debit of 2 with ref &#x27;rrrrrr" in svg
    assert "…" in svg
    assert "rrr&#x27;: 200, balance 8</text>" in svg
