"""How Hypothesis generates: amounts from the profile of the run, its seed, no deadline and no database."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    import pytest

    from billing_verify.config.profiles import Profile


def load_hypothesis_profile(profile: Profile) -> None:
    """Set Hypothesis up for tests against a network.

    Whatever the seed has to decide is set here: where the variable CI is set, Hypothesis would
    generate the same for every seed, and a database would bring back what failed in another run.
    """
    settings.register_profile(
        "billing",
        settings.get_profile("default"),
        derandomize=False,
        max_examples=profile.examples,
        stateful_step_count=profile.steps,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("billing")


def choose_seed(config: pytest.Config) -> int:
    """Return the seed of generated requests: the one that was given, or a random one, set for Hypothesis."""
    given = config.getoption("--hypothesis-seed", default=None)
    if given is None:
        config.option.hypothesis_seed = given = secrets.randbelow(2**32)
    return int(given)
