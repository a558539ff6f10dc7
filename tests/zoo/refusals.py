"""The documented refusals: each its status, a code for programs, a sentence for people."""


class RefusalError(Exception):
    """A request is refused; becomes the answer with this status, code and detail."""

    def __init__(self, status, code, detail, *, field=None, headers=()):
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = headers


def unauthorized():
    return RefusalError(401, "unauthorized", "X-Internal-Key is wrong")


def insufficient():
    return RefusalError(403, "insufficient_funds", "Not enough units")


def no_such_operation():
    return RefusalError(404, "not_found", "No such operation")


def no_such_plan():
    return RefusalError(404, "plan_not_found", "No such plan")


def no_such_user():
    return RefusalError(404, "user_not_found", "No such user")


def method_not_allowed(allowed):
    allow = [("Allow", allowed)]
    return RefusalError(405, "method_not_allowed", f"Use {allowed}", headers=allow)


def duplicate():
    return RefusalError(409, "duplicate_transaction", "The ref is used already")


def invalid(field, problem):
    return RefusalError(422, "invalid_request", f"{field} {problem}", field=field)


def too_many(seconds=0):
    again = [("Retry-After", str(seconds))]
    return RefusalError(429, "too_many_requests", "Come again later", headers=again)
