"""The description of a failed `assert`: what was expected, what came, and in which answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_verify.amounts import money
from billing_verify.client.exchange import Call, Exchange, Response
from billing_verify.client.keys import NO_KEY
from billing_verify.comparison import Comparison, Description
from billing_verify.errors import ClauseBrokenError, ExpectationError
from billing_verify.results.comparisons import describe
from billing_verify.run.fixtures import COMPARISONS


@pytest.fixture
def comparisons(pytestconfig):
    """What pytest has handed over in this process: the plugin is loaded for these tests too."""
    comparisons = pytestconfig.stash[COMPARISONS]
    comparisons.begin_test()
    return comparisons


@pytest.fixture
def described(comparisons):
    """`described(claim, *responses)` is the description of a claim that fails after these responses."""

    def describe_claim(claim, *responses):
        with pytest.raises(AssertionError) as error:
            claim()
        comparisons.assign_to(error.value)
        return describe(
            error.value, comparisons.of(error.value, [*map(exchange, responses)])
        )

    return describe_claim


def response(status, body=b"{}"):
    return Response(status, {}, body, 0.0, 0.0)


def exchange(response):
    return Exchange(Call("GET", "http://127.0.0.1", NO_KEY), response)


def test_a_status_is_told_with_the_answer(described):
    refused = response(500, '{"detail": "ошибка\\n"}'.encode())

    def claim():
        assert refused.status == 401

    assert (
        described(claim, refused)
        == '401 was expected, and 500 came: {"detail": "ошибка\\n"}'
    )


def test_letters_that_json_escapes_are_told_as_letters(described):
    refused = response(500, b'{"detail": "\\u0439\\u001b"}')

    def claim():
        assert refused.status == 401

    assert described(claim, refused).endswith('{"detail": "й\\u001b"}')


def test_bounds_are_told_as_what_came_and_what_was_expected(described):
    def some():
        assert response(400).status in {401, 422}

    def below():
        assert response(502, b"").status < 500

    def between():
        assert response(200).status in range(400, 500)

    def most():
        assert max(7, 5) <= Decimal(5)

    def least():
        assert Decimal("-0.5") >= 0

    assert described(some, response(400)) == "401 or 422 was expected, and 400 came: {}"
    assert (
        described(below, response(502, b""))
        == "below 500 was expected, and 502 came: an empty body"
    )
    assert (
        described(between, response(200)) == "400 to 499 was expected, and 200 came: {}"
    )
    assert described(most) == "at most 5 was expected, and 7 came"
    assert described(least) == "at least 0 was expected, and -0.5 came"


def test_a_field_is_told_with_the_answer(described):
    allowed = response(200, b'{"allowed": true}')

    def claim():
        assert allowed.allowed is False

    assert (
        described(claim, allowed)
        == 'False was expected, and True came: {"allowed": true}'
    )


def test_the_answer_told_is_the_last_that_has_what_came(described):
    first, second, last = (
        response(status, body)
        for status, body in ((200, b"1"), (200, b"2"), (409, b"3"))
    )

    def claim():
        assert first.status == 409

    assert described(claim, first, second, last) == "409 was expected, and 200 came: 2"


@pytest.mark.parametrize("body", [b'{"balance": 4.5}', b"[]", b"no JSON"])
def test_no_answer_is_told_where_none_has_what_came(described, body):
    def claim():
        assert len("seven") == 7

    assert described(claim, response(200, body)) == "7 was expected, and 5 came"


def test_amounts_are_told_plainly(described):
    left = Decimal("4.50")

    def claim():
        assert left == money(5)

    def several():
        assert (403, [left]) == (403, [money(5)])

    assert described(claim) == "5 was expected, and 4.50 came"
    assert described(several) == "(403, [5]) was expected, and (403, [4.50]) came"


def test_lists_are_told_whole_and_without_a_drawing(described):
    def claim():
        assert [200, 200] == [200, 409]

    assert described(claim) == "[200, 409] was expected, and [200, 200] came"


def test_the_drawing_of_a_difference_is_left_out(described):
    def claim():
        assert {"plan": 1, "left": Decimal("1.0")} == {"plan": 2}

    assert (
        described(claim)
        == "{'plan': 2} was expected, and {'plan': 1, 'left': 1.0} came"
    )


def test_what_pytest_would_cut_is_told_whole(described):
    expected = [*range(99), 100]

    def claim():
        assert list(range(100)) == expected

    assert described(claim) == f"{expected} was expected, and {list(range(100))} came"


def test_a_sentence_stays_as_it_is():
    assert describe(AssertionError("balance: is missing")) == "balance: is missing"


def test_a_claim_that_compares_nothing_is_told_as_pytest_tells_it(described):
    def claim():
        assert not [7]

    assert described(claim) == "assert not [7]"


def test_an_error_keeps_the_comparison_that_it_came_of(comparisons):
    errors = []
    for status in (401, 409):
        with pytest.raises(AssertionError) as raised:
            assert status == 200
        comparisons.assign_to(raised.value)
        errors.append(raised.value)
    other = AssertionError("raised by hand")
    comparisons.assign_to(other)

    found = [comparisons.of(error) for error in (*errors, other)]

    assert [each and each.actual_text for each in found] == ["401", "409", None]


def test_a_comparison_whose_error_was_caught_belongs_to_no_later_example(comparisons):
    with pytest.raises(AssertionError):
        assert len("seven") == 7
    later = AssertionError("raised by hand")

    comparisons.begin_example()
    comparisons.assign_to(later)

    assert comparisons.of(later) is None


def test_an_error_of_a_verifier_carries_its_own_comparison(comparisons):
    found = Comparison(
        expected=Description("JSON"), actual=Description("this"), body="<html>"
    )

    descriptions = [
        (describe(error), comparisons.of(error))
        for error in (
            ExpectationError(found),
            ClauseBrokenError("debit.exact", found),
            ClauseBrokenError("debit.exact", "no order explains it"),
        )
    ]

    sentence = "JSON was expected, and this came: <html>"
    assert descriptions == [
        (sentence, found),
        (sentence, found),
        ("no order explains it", None),
    ]
