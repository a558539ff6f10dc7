"""The zoo: billing services to test the contract's test suite against.

`all_faults()` are services with one planted fault each, which the suite has to
catch; `all_conforming()` keep the contract in ways of their own, and it has to
pass them. `serving(service())` runs one over HTTP. `independent_service()`
is a conforming one from another stack, in processes of its own.
"""

from tests.zoo import conforming, faults
from tests.zoo.clauses import CLAUSES, MUST, PROVISIONAL, SHOULD
from tests.zoo.independent import independent_service
from tests.zoo.registry import CONFORMING, FAULTS, Conforming, Fault
from tests.zoo.service import Service
from tests.zoo.serving import serving

__all__ = [
    "CLAUSES",
    "MUST",
    "PROVISIONAL",
    "SHOULD",
    "Conforming",
    "Fault",
    "Service",
    "all_conforming",
    "all_faults",
    "conforming",
    "faults",
    "independent_service",
    "serving",
]


def all_faults():
    """Return every faulty service, in the order of the modules."""
    return tuple(FAULTS)


def all_conforming():
    """Return every conforming service that runs in this process."""
    return tuple(CONFORMING)
