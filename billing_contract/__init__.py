"""The billing contract: the content of `openapi.yaml` as typed and frozen objects.

It imports neither Flask nor pytest. The mock and the test suite both import it.
"""

from billing_contract.contract import Contract, ContractError, load_contract
from billing_contract.decimal_json import (
    NotJsonError,
    parse_json,
    render_json,
    repeated_names,
)
from billing_contract.parts import (
    Clause,
    Level,
    OpenChoice,
    Operation,
    Option,
    Parameter,
)
from billing_contract.validation import Problem, Validator, validator_of

__version__ = "0.1.0"

__all__ = [
    "Clause",
    "Contract",
    "ContractError",
    "Level",
    "NotJsonError",
    "OpenChoice",
    "Operation",
    "Option",
    "Parameter",
    "Problem",
    "Validator",
    "__version__",
    "load_contract",
    "parse_json",
    "render_json",
    "repeated_names",
    "validator_of",
]
