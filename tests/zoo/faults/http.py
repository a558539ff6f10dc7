"""Methods, content types and error bodies that are not the documented ones."""

from tests.zoo.clauses import CLAUSES
from tests.zoo.refusals import RefusalError, no_such_operation
from tests.zoo.registry import faulty
from tests.zoo.service import ROUTES, Service

# To whoever heeds the content type.
UNREADABLE = tuple(
    clause for clause in CLAUSES if clause not in {"http.no-5xx", "http.method"}
)
HTML = "<!doctype html><title>Error</title><h1>Something went wrong</h1>"


@faulty(breaks="http.method")
class OtherMethodIs404(Service):
    """The router looks up method and path together, and finds no such pair."""

    def route(self, request):
        method, _ = ROUTES.get(request.path, (None, None))
        if request.method != method:
            raise no_such_operation()
        return super().route(request)


@faulty(breaks="http.method", also=("schema.responses",))
class OtherMethodIs200(Service):
    """A catch-all for the single-page console answers what no route took."""

    def success(self, request):
        try:
            return super().success(request)
        except RefusalError as refusal:
            if refusal.status == 405:
                return 200, {}, ()
            raise


@faulty(breaks="http.method", also=("http.no-5xx",))
class OtherMethodIs501(Service):
    """The standard library's server answers 501 to a method it has no function for."""

    def respond(self, request):
        status, body, headers = super().respond(request)
        return 501 if status == 405 else status, body, headers


@faulty(breaks="http.method")
class AnyMethodDebits(Service):
    """The route names no methods, so PUT and PATCH debit as POST does."""

    def route(self, request):
        _, operation = ROUTES.get(request.path, (None, None))
        return operation or super().route(request)


class Page(str):
    """A body that is sent as it is."""

    __slots__ = ()


class Paged(Service):
    """A service that answers some statuses with a page."""

    page = HTML
    media_type = "text/html; charset=utf-8"

    def has_page(self, status):
        return status >= 400

    def respond(self, request):
        status, body, headers = super().respond(request)
        return status, Page(self.page) if self.has_page(status) else body, headers

    def headers(self, status):
        if self.has_page(status):
            return [("Content-Type", self.media_type)]
        return super().headers(status)

    def dump(self, body):
        return body.encode() if isinstance(body, Page) else super().dump(body)


@faulty(breaks="http.json-errors", also=("schema.responses",))
class ErrorsAreHtml(Paged):
    """The framework's error pages are made for browsers, and nobody replaced them."""


@faulty(breaks="http.json-errors", also=("schema.responses",))
class ErrorsAreText(Paged):
    """Errors are written with the shorthand that sends plain text."""

    page = "request refused\n"
    media_type = "text/plain; charset=utf-8"


@faulty(breaks="http.json-errors", also=("schema.responses",))
class ErrorsAreEmpty(Paged):
    """Errors are aborted with a status and no body."""

    page = ""
    media_type = "application/json"


@faulty(breaks="http.json-errors", also=("schema.responses",))
class UnauthorizedIsHtml(Paged):
    """The key is checked by the proxy in front, whose 401 is a page."""

    def has_page(self, status):
        return status == 401


@faulty(breaks="http.json-errors")
class MethodNotAllowedIsHtml(Paged):
    """The views answer in JSON; the router's own 405 is still a page."""

    def has_page(self, status):
        return status == 405


@faulty(breaks="http.json-errors", also=("schema.responses",))
class InvalidIsHtml(Paged):
    """The validation is the framework's, and so is the page that explains it."""

    def has_page(self, status):
        return status == 422


@faulty(breaks="schema.responses", also=UNREADABLE, example_fails=True)
class JsonAsText(Service):
    """JSON is dumped by hand into a response whose default type is text."""

    def headers(self, _status):
        return [("Content-Type", "text/plain; charset=utf-8")]


@faulty(breaks="schema.responses", also=UNREADABLE, example_fails=True)
class JsonAsHtml(Service):
    """The script echoes JSON and never sets the type, which is HTML then."""

    def headers(self, _status):
        return [("Content-Type", "text/html")]
