"""Ask the deployment that the mock stands in front of, in place of the ledger, and judge its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_contract import render_json
from billing_contract.masking import mask_of
from billing_mock.api.answer import JSON, Answer
from billing_mock.api.judge import Judge
from billing_mock.api.refusals import Refusal, RefusalReason
from billing_mock.servers.upstream import Upstream, UpstreamError

if TYPE_CHECKING:
    from billing_contract import Contract, Operation
    from billing_mock.api.request import Request
    from billing_mock.journal.record import Record
    from billing_mock.servers.http_request import HttpRequest
    from billing_mock.servers.upstream import UpstreamAnswer

# What the mock answers itself: the control plane, the pages, and what a browser or a container asks for.
_OWN_PATHS = (b"/_mock", b"/docs", b"/openapi")
_OWN_PATHS_ALONE = frozenset({b"/", b"/health", b"/favicon.ico"})
_NO_OPERATION = Refusal("no_operation", 404, "No operation of the contract")
_NO_ANSWER = Refusal("no_answer", 502, "No answer of the deployment", definite=False)
# They are written anew for the gateway's own connection.
_NOT_PASSED = frozenset({
    b"connection", b"content-length", b"content-type", b"date", b"keep-alive", b"proxy-connection",
    b"trailer", b"transfer-encoding", b"upgrade",
})  # fmt: skip


class Forwarding:
    """The way to one deployment. `url` is where it is."""

    def __init__(self, url: str, contract: Contract) -> None:
        self._upstream = Upstream(url)
        self._judge = Judge(contract)

    @staticmethod
    def takes(path: bytes) -> bool:
        """Return whether requests for this path go to the deployment."""
        return path not in _OWN_PATHS_ALONE and not path.startswith(_OWN_PATHS)

    async def ask(
        self, sent: HttpRequest, operation: Operation | None, request: Request
    ) -> Answer:
        """Send a request on and return the answer, judged where it is an operation's; 502 where there is none."""
        try:
            answer = _answer_of(await self._upstream.send(sent))
        except UpstreamError as error:
            body = render_json({"detail": str(error)})
            reason = RefusalReason(_NO_ANSWER, str(error), ())
            return Answer(_NO_ANSWER.status, JSON, body, reason)
        if operation is None:
            detail = (
                f"no operation of the contract; the deployment answered {answer.status}"
            )
            return answer._replace(reason=RefusalReason(_NO_OPERATION, detail, ()))
        return self._judge.judged(operation, request, answer)


def mask_key(record: Record, key: str | None) -> None:
    """Write stars over the key of a request wherever its record has kept it, in the request and in the answer."""
    if not key:
        return
    mask = mask_of(key)
    body = mask.data(record.body)
    if body != record.body:
        record.body, record.parsed = body, None
    record.path, record.query = mask.text(record.path), mask.text(record.query)
    delivery = record.delivery
    answer = delivery.answer._replace(body=mask.data(delivery.answer.body))
    result = delivery.result and delivery.result._replace(body=mask.data(delivery.result.body))  # fmt: skip
    record.delivery = delivery._replace(answer=answer, result=result)


def _answer_of(received: UpstreamAnswer) -> Answer:
    texts = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in received.headers
        if name not in _NOT_PASSED
    ]
    content_type = dict(received.headers).get(b"content-type", b"")
    return Answer(
        received.status,
        content_type.decode("latin-1"),
        received.body,
        headers=tuple(texts),
    )
