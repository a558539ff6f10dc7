"""Write the contract in OpenAPI 3.0.3 into the package: `make twin`, after openapi.yaml was changed."""

from __future__ import annotations

from billing_contract import load_contract
from billing_contract.openapi30 import to_openapi30
from billing_contract.specification import OPENAPI30_FILE, render_document

OPENAPI30_FILE.write_bytes(render_document(to_openapi30(load_contract().document())))
