"""Whether a response looks like the service's own or like that of something in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_verify.client.exchange import Response

_IN_FRONT = (
    "nginx",
    "envoy",
    "haproxy",
    "cloudflare",
    "cloudfront",
    "awselb",
    "traefik",
    "varnish",
    "apache",
    "gunicorn",
)
_GATEWAY_STATUSES = {502, 503, 504}


def hint_at_origin(response: Response) -> str:
    """Return a sentence for people about a response that is not JSON, empty for one that is.

    A gateway or proxy is recognized by its status, its `Server` header, or its name in the body.
    """
    if response.is_json:
        return ""
    server = response.headers.get("server", "").lower()
    page = response.shown_body.lower()
    named = next((name for name in _IN_FRONT if name in server or name in page), None)
    if named or response.status in _GATEWAY_STATUSES:
        return f"Not JSON: this looks like an answer of something in front of the service ({named or 'a gateway'})."
    return "Not JSON: it may be an answer of the web server around the service, or of something in front of it."
