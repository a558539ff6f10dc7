"""Serve the contract in its three forms. No route needs the key."""

from __future__ import annotations

from flask import Blueprint, Response

from billing_contract.specification import Form, render_specification

ROUTES = {
    "/openapi.yaml": (Form.YAML, "application/yaml"),
    "/openapi.json": (Form.JSON, "application/json"),
    "/openapi-3.0.json": (Form.JSON_3_0, "application/json"),
}


def specification_routes() -> Blueprint:
    """Return a Flask blueprint with GET and HEAD of each form."""
    routes = Blueprint("specification", __name__)

    def view(path: str) -> Response:
        form, content_type = ROUTES[path]
        return Response(render_specification(form), content_type=content_type)

    for path in ROUTES:
        routes.add_url_rule(
            path,
            path.strip("/").replace(".", "-"),
            view,
            defaults={"path": path},
            provide_automatic_options=False,
        )
    return routes
