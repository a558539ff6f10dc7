"""Tells whether an answer looks like the service's own or like something in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_verify.client.exchange import Answer

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


def origin(answer: Answer) -> str:
    """One sentence for people; empty where nothing speaks against the service itself."""
    if answer.is_json:
        return ""
    server = answer.headers.get("server", "").lower()
    page = answer.shown_body.lower()
    named = next((name for name in _IN_FRONT if name in server or name in page), None)
    if named or answer.status in _GATEWAY_STATUSES:
        return f"Not JSON: this looks like an answer of something in front of the service ({named or 'a gateway'})."
    return "Not JSON: it may be an answer of the web server around the service, or of something in front of it."
