"""The zoo: billing services to test the contract's test suite against.

`all_faults()` are services with one planted fault each, which the suite has to
catch. `serving(service())` runs one over HTTP.
"""

from tests.zoo import faults
from tests.zoo.clauses import CLAUSES, MUST, PROVISIONAL, SHOULD
from tests.zoo.registry import FAULTS, Fault
from tests.zoo.service import Service
from tests.zoo.serving import serving

__all__ = [
    "CLAUSES",
    "MUST",
    "PROVISIONAL",
    "SHOULD",
    "Fault",
    "Service",
    "all_faults",
    "faults",
    "serving",
]


def all_faults():
    """Every faulty service, in the order of the modules."""
    return tuple(FAULTS)
