"""How much work a run does: quick, standard or thorough."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Amounts of work. They change how often something is tried, never what must hold.

    `examples` and `steps` (of a state machine) are for Hypothesis. A test of concurrency sends
    `rounds` bursts of `burst` requests each, and `paid_rounds` where every debit of a burst is made,
    which is `frugal_rounds` at the most where accounts of the operator pay. `debits_between` is how
    many debits lie between a ref and its duplicate. Exploring stops when a run has taken
    `frugal_units` of the operator's accounts. `at_least` names the profile whose amounts are
    the least for a slow target.
    """

    name: str
    examples: int
    steps: int
    rounds: int
    paid_rounds: int
    burst: int
    debits_between: int
    frugal_rounds: int
    frugal_units: int
    at_least: str | None = None


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="quick",
            examples=10,
            steps=12,
            rounds=3,
            paid_rounds=3,
            burst=8,
            debits_between=256,
            frugal_rounds=3,
            frugal_units=9,
        ),
        Profile(
            name="standard",
            examples=50,
            steps=25,
            rounds=12,
            paid_rounds=12,
            burst=16,
            debits_between=500,
            frugal_rounds=4,
            frugal_units=10,
            at_least="quick",
        ),
        Profile(
            name="thorough",
            examples=400,
            steps=50,
            rounds=60,
            paid_rounds=60,
            burst=24,
            debits_between=1500,
            frugal_rounds=60,
            frugal_units=1000,
            at_least="standard",
        ),
    )
}

_BRISK_SECONDS = 0.02


def scaled_for(profile: Profile, latency: float) -> Profile:
    """Return the profile with less work for a target that answers slowly.

    `latency` is seconds for one answer. Above 0.02 s the amounts shrink in proportion, down to
    those of the profile that `at_least` names.
    """
    factor = _BRISK_SECONDS / max(latency, _BRISK_SECONDS)
    if profile.at_least is None or factor >= 1:
        return profile
    least = PROFILES[profile.at_least]

    def less(name: str) -> int:
        amount: int = getattr(profile, name)
        return max(int(getattr(least, name)), int(amount * factor))

    return replace(
        profile,
        examples=less("examples"),
        steps=less("steps"),
        rounds=less("rounds"),
        paid_rounds=less("paid_rounds"),
        burst=less("burst"),
        debits_between=less("debits_between"),
    )
