"""Forms of an answer: error bodies, headers, white space, connections."""

import gzip
import time

import simplejson

from tests.zoo.registry import conforming
from tests.zoo.service import Service
from tests.zoo.wire import status_line


@conforming(error_body="detail")
class DetailOnly(Service):
    """Errors are {"detail": text}."""

    def error_body(self, refusal):
        if refusal.code == "plan_not_found":
            return {"detail": {"code": refusal.code, "message": refusal.detail}}
        return {"detail": refusal.detail}


@conforming(error_body="detail-list")
class DetailList(DetailOnly):
    """Errors are {"detail": text}, and those of the validation a list with places."""

    def error_body(self, refusal):
        if refusal.status != 422:
            return super().error_body(refusal)
        place = ["body", refusal.field]
        return {
            "detail": [{"loc": place, "msg": refusal.detail, "type": "value_error"}]
        }


@conforming(error_body="problem")
class ProblemJson(Service):
    """Errors are problem documents, in their own media type."""

    def error_body(self, refusal):
        return {
            "type": f"https://billing.example/problems/{refusal.code}",
            "title": status_line(refusal.status)[4:],
            "status": refusal.status,
            "detail": refusal.detail,
            "code": refusal.code,
        }

    def headers(self, status):
        media_type = "application/problem+json" if status >= 400 else "application/json"
        return [("Content-Type", media_type)]


@conforming(error_body="other")
class ErrorObject(Service):
    """Errors are {"error": {"code", "message"}}."""

    def error_body(self, refusal):
        return {"error": {"code": refusal.code, "message": refusal.detail}}


@conforming(error_body="other")
class ErrorText(Service):
    """Errors are {"error": code}."""

    def error_body(self, refusal):
        return {"error": refusal.code}


@conforming()
class MoreFieldsAndHeaders(Service):
    """Answers have more than the document asks for, in fields and in headers."""

    def receipt(self, account, order, left):
        answer = super().receipt(account, order, left)
        return {**answer, "ref": order.ref, "currency": "units", "duplicate": False}

    def verdict(self, account, units):
        return {"user_id": account.user_id, **super().verdict(account, units)}

    def statement(self, account):
        return {"user_id": account.user_id, **super().statement(account), "holds": []}

    def headers(self, status):
        more = [
            ("Cache-Control", "no-store"),
            ("X-Request-Id", "5f3a"),
            ("Server", "b"),
        ]
        return [*super().headers(status), *more]


@conforming()
class CharsetInContentType(Service):
    """The content type names the charset."""

    def headers(self, _status):
        return [("Content-Type", "application/json; charset=utf-8")]


@conforming()
class PrettyPrinted(Service):
    """Bodies are indented, in another order of fields, and end in a newline."""

    def dump(self, body):
        turned = dict(reversed(body.items()))
        return (
            simplejson.dumps(turned, use_decimal=True, indent="\t").encode() + b"\r\n"
        )


@conforming()
class TrailingNewline(Service):
    """Bodies end in a newline."""

    def dump(self, body):
        return super().dump(body) + b"\n"


@conforming()
class Cors(Service):
    """OPTIONS is answered 200 by the CORS middleware, and HEAD as GET is."""

    def handle(self, request):
        if request.method == "OPTIONS":
            return {}
        if request.method == "HEAD":
            request.method = "GET"
        return super().handle(request)


@conforming()
class Slow(Service):
    """Each answer takes 5 ms, and none waits for another."""

    def respond(self, request):
        time.sleep(0.005)
        return super().respond(request)


@conforming()
class ClosesConnections(Service):
    """The connection is closed after each answer."""

    def headers(self, status):
        return [*super().headers(status), ("Connection", "close")]


@conforming()
class Compressed(Service):
    """Every answer is compressed with gzip, whether or not the client asked for it."""

    def headers(self, status):
        return [*super().headers(status), ("Content-Encoding", "gzip")]

    def dump(self, body):
        return gzip.compress(super().dump(body), mtime=0)


@conforming()
class Chunked(Service):
    """Answers come in chunks, without a length in front."""

    def __call__(self, environ, start_response):
        def start(status, headers):
            start_response(
                status, [pair for pair in headers if pair[0] != "Content-Length"]
            )

        return super().__call__(environ, start)
