"""Fetch the history from a mock that runs."""

from __future__ import annotations

import urllib.error
import urllib.request

TIMEOUT_SECONDS = 60
_FORBIDDEN = frozenset({401, 403})


class HistoryError(Exception):
    """The history cannot be fetched. The message says why, and the remedy."""


def fetch_history(url: str, key: str) -> tuple[bytes, int]:
    """Return the lines of the history of the mock at `url`, and how many accounts it left out. Raises HistoryError."""
    if not url.startswith(("http://", "https://")):
        raise HistoryError(
            f"{url}: give the URL of a mock, such as http://localhost:8001"
        )
    request = urllib.request.Request(  # noqa: S310  http or https alone, as was just seen
        f"{url.rstrip('/')}/_mock/history", headers={"X-Internal-Key": key}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            if answer.headers.get_content_type() != "application/x-ndjson":
                raise HistoryError(f"{url}: there is no billing-mock")
            left_out = int(answer.headers.get("Accounts-Left-Out", "0"))
            return answer.read(), left_out
    except urllib.error.HTTPError as error:
        with error:
            raise HistoryError(f"{url}: no history: {_reason(error.code)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise HistoryError(
            f"{url}: cannot be reached: {reason}; start the mock, or name its URL"
        ) from error


def _reason(status: int) -> str:
    if status in _FORBIDDEN:
        return f"it answered {status}; set BILLING_SERVICE_TOKEN to its key"
    return f"it answered {status}; is it a billing-mock of this version?"
