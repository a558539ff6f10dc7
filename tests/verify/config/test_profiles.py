"""A target that answers slowly gets less work, and never less than the next lighter profile."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from billing_verify.config.profiles import PROFILES, scaled_for

AMOUNTS = ("examples", "steps", "rounds", "burst", "debits_between")


def amounts(profile):
    return [getattr(profile, name) for name in AMOUNTS]


@pytest.mark.parametrize("name", PROFILES)
def test_a_brisk_target_gets_the_whole_profile(name):
    assert scaled_for(PROFILES[name], 0.005) == PROFILES[name]


@pytest.mark.parametrize(
    ("name", "lighter"), [("standard", "quick"), ("thorough", "standard")]
)
def test_a_slow_target_gets_what_the_next_lighter_profile_does(name, lighter):
    assert amounts(scaled_for(PROFILES[name], 30)) == amounts(PROFILES[lighter])


def test_what_lies_between_is_scaled_in_part():
    whole, some = PROFILES["thorough"], scaled_for(PROFILES["thorough"], 0.04)

    assert whole.examples > some.examples > PROFILES["standard"].examples


def test_a_quick_run_is_never_scaled():
    assert astuple(scaled_for(PROFILES["quick"], 30)) == astuple(PROFILES["quick"])


def test_the_profiles_grow_in_every_amount():
    quick, standard, thorough = (amounts(PROFILES[name]) for name in PROFILES)

    assert all(a < b < c for a, b, c in zip(quick, standard, thorough, strict=True))
