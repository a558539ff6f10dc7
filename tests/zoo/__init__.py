"""The zoo: billing services to test the contract's test suite against."""

from tests.zoo.service import Service
from tests.zoo.serving import serving

__all__ = ["Service", "serving"]
