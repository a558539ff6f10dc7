"""The control plane's routes /_mock/requests and /_mock/findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Response, request

from billing_contract import render_json
from billing_mock.control.json_http import (
    ControlError,
    Route,
    json_response,
    query_integer,
)
from billing_mock.control.paging import first_page, last_page, link_with
from billing_mock.journal.record import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from billing_mock.journal.record import Record
    from billing_mock.service import MockService

_FILTERS = frozenset({"user_id", "operation", "status", "verdict", "since", "limit"})


class RequestRoutes:
    """Views that list the requests of the journal and the findings about the gateway."""

    def __init__(self, service: MockService) -> None:
        self._service = service
        self._operations = {
            each.short_name for each in service.contract.operations.values()
        }

    def routes(self) -> Iterator[Route]:
        """Yield HTTP method, path and view of each route."""
        yield "GET", "/requests", self.list_requests
        yield "GET", "/findings", self.list_findings
        yield "GET", "/history", self.history

    def list_requests(self) -> Response:
        """Return a page of the requests that match the query: the first ones, or with a limit the last.

        Raises ControlError (422) for an unknown filter.
        """
        unknown = request.args.keys() - _FILTERS
        if unknown:
            raise ControlError(
                422,
                f"{min(unknown)}: no such filter; there are: {', '.join(sorted(_FILTERS))}",
            )
        journal = self._service.pipeline.journal
        epoch = (
            journal.epoch
        )  # before the requests: a reset meanwhile is seen the next time
        found = list(self._matching(journal.records(request.args.get("user_id"))))
        limit = query_integer("limit")
        if limit is None:
            shown = first_page(found)
        else:
            shown = last_page(found[len(found) - min(limit, len(found)) :])
        has_more = limit is None and len(shown) < len(found)
        return json_response(
            {
                "requests": [self._service.record_to_json(each) for each in shown],
                "next": link_with("since", shown[-1].id) if has_more else None,
                "dropped": journal.dropped,
                "epoch": epoch,
            }
        )

    def history(self) -> Response:
        """Return the journal as a history for billing-audit, in JSON lines, or that of the user whom the query names."""
        entries, left_out = self._service.history(request.args.get("user_id"))
        lines = b"".join(render_json(each) + b"\n" for each in entries)
        response = Response(lines, content_type="application/x-ndjson")
        response.headers["Accounts-Left-Out"] = str(len(left_out))
        return response

    def list_findings(self) -> Response:
        """Return the findings about the gateway, or those about the user that the query names."""
        user_id = request.args.get("user_id")
        found = self._service.findings(user_id)
        return json_response(
            {
                "findings": [asdict(each) for each in found],
                "dropped": self._service.pipeline.journal.dropped,
            }
        )

    def _matching(self, records: Iterable[Record]) -> Iterator[Record]:
        operation = _one_of("operation", self._operations)
        verdict = _one_of("verdict", set(Disposition))
        status, since = query_integer("status"), query_integer("since") or 0
        for each in records:
            if (
                each.id > since
                and operation in (None, each.operation)
                and verdict in (None, each.verdict)
                and status in (None, each.status)
            ):
                yield each


def _one_of(name: str, options: set[str]) -> str | None:
    given = request.args.get(name)
    if given is not None and given not in options:
        raise ControlError(422, f"{name}: must be one of {', '.join(sorted(options))}")
    return given
