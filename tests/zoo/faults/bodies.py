"""Bodies that are not JSON and are taken all the same, and 422s that charge."""

import ast
from urllib.parse import parse_qsl

import simplejson

from tests.zoo.refusals import RefusalError, invalid
from tests.zoo.registry import faulty
from tests.zoo.service import Service
from tests.zoo.wire import DECODER

NO_EFFECT = ("debit.exact", "race.linearizable")


@faulty(breaks="input.not-json")
class RestOfBodyIgnored(Service):
    """A streaming decoder reads the first value and leaves what follows unread."""

    def decode(self, raw):
        try:
            return DECODER.raw_decode(raw.decode())[0]
        except (ValueError, ArithmeticError, RecursionError):
            raise invalid("body", "is not JSON") from None


@faulty(breaks="input.not-json")
class FormTaken(Service):
    """The framework merges JSON and forms into one set of parameters."""

    def decode(self, raw):
        try:
            return super().decode(raw)
        except RefusalError:
            fields = dict(parse_qsl(raw.decode(errors="replace")))
            return fields | self.numbers(fields)

    def numbers(self, fields):
        digits = fields.get("units", "").replace(".", "", 1)
        return {"units": DECODER.decode(fields["units"])} if digits.isdecimal() else {}


@faulty(breaks="input.not-json")
class LiteralTaken(Service):
    """An old client sends its language's literals, so those are evaluated too."""

    def decode(self, raw):
        try:
            return super().decode(raw)
        except RefusalError:
            return self.evaluated(raw)

    def evaluated(self, raw):
        try:
            body = ast.literal_eval(raw.decode())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise invalid("body", "is not JSON") from None
        return (
            DECODER.decode(simplejson.dumps(body)) if isinstance(body, dict) else body
        )


@faulty(breaks="input.not-json", also=("http.no-5xx",))
class NotJsonIs500(Service):
    """The body is parsed outside of the try."""

    def decode(self, raw):
        return DECODER.decode(raw.decode())


@faulty(breaks="input.not-json", also=("schema.responses",))
class NotJsonIs200(Service):
    """A body that cannot be read is acknowledged, so that the sender stops retrying."""

    def success(self, request):
        if request.method == "POST":
            try:
                self.authenticate(request)
                self.decode(request.body)
            except RefusalError as refusal:
                if refusal.field == "body":
                    return 200, {"status": "ignored"}, ()
        return super().success(request)


@faulty(breaks="input.empty-ref", also=("input.no-effect",))
class EmptyRefTaken(Service):
    """The ref must be there and be text, and the empty text is both."""

    def ref(self, body):
        return "" if self.field(body, "ref") == "" else super().ref(body)


@faulty(breaks="input.empty-ref", also=("input.no-effect", "ref.duplicate"))
class EmptyRefNeverUsed(EmptyRefTaken):
    """Duplicates are looked up if there is a ref, and the empty one is none: it charges again."""

    def used(self, account, order):
        return bool(order.ref) and super().used(account, order)


# A ref that a refused debit has used up makes the next wrong debit with it a duplicate, 409.
@faulty(
    breaks="input.no-effect",
    also=(*NO_EFFECT, "ref.refused-stays-free", "input.wrong-type"),
)
class ChargesThenValidates(Service):
    """The reason is validated with the audit record, which is written after the debit."""

    def order(self, body):
        sound = super().order({**body, "reason": "sound"})
        try:
            self.reason(body)
        except RefusalError:
            self.settle(sound)
            raise
        return sound


@faulty(breaks="input.no-effect", also=NO_EFFECT)
class HalfOfOrderKept(Service):
    """The units are taken before the ref is read, and a bad ref rolls nothing back."""

    def ref(self, body):
        try:
            return super().ref(body)
        except RefusalError:
            account, units = self.account(self.user_id(body)), self.units(body)
            if self.enough(account, units):
                self.take(account, units)
            raise
