"""How hard a run looks: quick for a smoke check, standard, thorough."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Amounts of work. None of them changes what is promised, only how often it is tried.

    `examples` and `steps` are for Hypothesis; `rounds` bursts of `burst` concurrent requests each;
    `remembered` debits stand between a ref and its duplicate.
    """

    name: str
    examples: int
    steps: int
    rounds: int
    burst: int
    debits_between: int
    at_least: str | None = None


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="quick", examples=10, steps=12, rounds=3, burst=8, debits_between=256
        ),
        Profile(
            name="standard",
            examples=50,
            steps=25,
            rounds=12,
            burst=16,
            debits_between=500,
            at_least="quick",
        ),
        Profile(
            name="thorough",
            examples=400,
            steps=50,
            rounds=60,
            burst=24,
            debits_between=1500,
            at_least="standard",
        ),
    )
}

_BRISK_SECONDS = 0.02


def scaled_for(profile: Profile, latency: float) -> Profile:
    """The same profile with less work for a target that answers slowly, so that a run ends in minutes.

    `latency` is seconds for one answer. Never less than the next lighter profile does.
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
        burst=less("burst"),
        debits_between=less("debits_between"),
    )
