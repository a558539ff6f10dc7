"""The contract in its three forms, over HTTP and on the command line. Neither needs the key."""

from __future__ import annotations

import click
from flask import Blueprint, Response

from billing_contract import ContractError
from billing_contract.specification import Form, render_specification

ROUTES = {
    "/openapi.yaml": (Form.YAML, "application/yaml"),
    "/openapi.json": (Form.JSON, "application/json"),
    "/openapi-3.0.json": (Form.JSON_3_0, "application/json"),
}


def specification_routes() -> Blueprint:
    """GET and HEAD of each form."""
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


@click.command("spec")
@click.option(
    "--format",
    "form",
    default=Form.YAML.value,
    show_default=True,
    type=click.Choice([form.value for form in Form]),
    help="The file as it is, the same as JSON, or its twin in OpenAPI 3.0.3.",
)
def spec(form: str) -> None:
    """Print the contract (OpenAPI) and start no server."""
    try:
        click.echo(render_specification(Form(form)), nl=False)
    except ContractError as error:
        raise click.ClickException(str(error)) from error
