"""The lists of the services of the zoo: what each faulty one breaks, what each conforming one chooses."""

from dataclasses import dataclass

FAULTS = []
CONFORMING = []


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A faulty service: the clause that names its fault, and those that fall with it."""

    service: type
    breaks: str
    also: tuple[str, ...]
    race: bool
    example_fails: bool

    @property
    def name(self):
        return self.service.__name__

    @property
    def area(self):
        return self.service.__module__.rpartition(".")[2]

    @property
    def description(self):
        return self.service.__doc__


# What the plain service chooses, in the contract's words.
PLAIN_CHOICES = {
    "unknown-user": "empty",
    "user-id-format": "any-string",
    "ref-scope": "per-user",
    "no-plan": "null",
    "expired-plan": "unchanged",
    "error-body": "code-and-detail",
    "unknown-fields": "ignored",
    "malformed-json": "422",
    "content-type": "accepted",
    "units-precision": "kept",
    "units-maximum": "none",
    "ref-max-length": "none",
    "whole-numbers": "decimal-point",
    "missing-key": "401",
    "tx-id": "uuid",
}


@dataclass(frozen=True, kw_only=True)
class Conforming:
    """A conforming service: the open choices it makes its own way, if any.

    An option is the contract's id of it, or "other" where the contract lists none. `wants` are the
    fields beyond the contract that it wants in every body, as --extra-field takes them. `limits` is
    true where a limiter refuses requests now and then, and a client has to come again.
    """

    service: type
    chooses: dict[str, str]
    wants: tuple[str, ...] = ()
    limits: bool = False

    @property
    def arguments(self):
        """The arguments that billing-verify needs for it."""
        return [word for field in self.wants for word in ("--extra-field", field)]

    @property
    def choices(self):
        """All its choices, the plain ones too."""
        return PLAIN_CHOICES | self.chooses

    @property
    def name(self):
        return self.service.__name__

    @property
    def description(self):
        return self.service.__doc__


def faulty(*, breaks, also=(), race=False, example_fails=False):
    """Register a faulty service.

    `also` are the other clauses that may fall with it: their sentence is not true
    of this service either, or can no longer be seen to be true. A wrong answer to
    bad input, a bad key or an odd request is not the documented one, so there
    `schema.responses` is added to them here. A `race` shows only under concurrency;
    `example_fails` where the document's own example is answered wrongly.
    """
    if breaks.startswith(("input.", "auth.", "http.")):
        also = (*also, "schema.responses")

    def register(service):
        others = tuple(dict.fromkeys(clause for clause in also if clause != breaks))
        FAULTS.append(
            Fault(
                service=service,
                breaks=breaks,
                also=others,
                race=race,
                example_fails=example_fails,
            )
        )
        return service

    return register


def conforming(*, wants=(), limits=False, **chosen):
    """Register a conforming service by the options it takes: `unknown_user="funded"`.

    `wants` are fields beyond the contract that it wants in every body: `wants=["action=generate"]`;
    `limits` says that a limiter is in front of it.
    """
    chooses = {name.replace("_", "-"): option for name, option in chosen.items()}

    def register(service):
        CONFORMING.append(
            Conforming(
                service=service, chooses=chooses, wants=tuple(wants), limits=limits
            )
        )
        return service

    return register
