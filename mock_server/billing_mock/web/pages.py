"""Serve the pages for a browser: /docs, the API reference, and /_mock/, the live page.

The files hold no data of the mock. The scripts fetch it from the control plane, which checks
their access.
"""

from __future__ import annotations

from functools import partial
from importlib.resources import files

from flask import Blueprint, Response, redirect, request

from billing_contract import render_json
from billing_mock.api.answer import JSON
from billing_mock.control_schema import control_document

_STATIC = "billing_mock/web/static"
_SWAGGER_UI = "flask_swagger_ui/dist"

# Path, folder of package data, file.
_FILES = (
    ("/docs", _STATIC, "docs.html"),
    ("/docs/", _STATIC, "docs.html"),
    ("/_mock/docs", _STATIC, "docs.html"),
    ("/docs/docs.css", _STATIC, "docs.css"),
    ("/docs/docs.js", _STATIC, "docs.js"),
    ("/docs/swagger-ui.css", _SWAGGER_UI, "swagger-ui.css"),
    ("/docs/swagger-ui-bundle.js", _SWAGGER_UI, "swagger-ui-bundle.js"),
    ("/_mock", _STATIC, "live.html"),
    ("/_mock/", _STATIC, "live.html"),
    ("/_mock/live.css", _STATIC, "live.css"),
    ("/_mock/live.js", _STATIC, "live.js"),
)

_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_POLICIES = {
    "docs.html": _POLICY,
    # The browser refuses every attempt of the live page's script to make HTML out of text.
    "live.html": f"{_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'",
}


def pages() -> Blueprint:
    """Return a Flask blueprint that serves every file. None needs the key, since none holds data."""
    blueprint = Blueprint("pages", __name__)
    for path, folder, name in _FILES:
        blueprint.add_url_rule(
            path,
            f"file {path}".replace(".", "-"),
            partial(_send_file, folder, name),
            provide_automatic_options=False,
        )
    blueprint.add_url_rule(
        "/", "start", lambda: redirect("/_mock/"), provide_automatic_options=False
    )
    # The control plane's own copy asks for the key where the mock is open to other machines.
    blueprint.add_url_rule(
        "/docs/control.json",
        "control-json",
        lambda: Response(render_json(control_document()), content_type=JSON),
        provide_automatic_options=False,
    )
    return blueprint


def _send_file(folder: str, name: str) -> Response:
    package, _, inside = folder.partition("/")
    response = Response(
        (files(package) / inside / name).read_bytes(),
        content_type=_TYPES[name.rpartition(".")[2]],
        headers={
            "Cache-Control": "no-cache",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )
    if name in _POLICIES:
        response.headers["Content-Security-Policy"] = _POLICIES[name]
    response.add_etag()
    response.make_conditional(request)
    return response
