"""Writes the contract's twin in OpenAPI 3.0.3 into the package: `make twin`, after openapi.yaml was changed."""

from __future__ import annotations

from billing_contract import load_contract
from billing_contract.downgrade import as_openapi_3_0
from billing_contract.specification import TWIN, render_document

TWIN.write_bytes(render_document(as_openapi_3_0(load_contract().document())))
