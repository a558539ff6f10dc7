"""Fields that are missing or of the wrong type, and taken all the same."""

import re
from decimal import Decimal

from tests.zoo.refusals import RefusalError, invalid
from tests.zoo.registry import faulty
from tests.zoo.service import Service

TAKEN = ("input.no-effect",)


class Defaulting(Service):
    """A service whose model gives one field a default."""

    default = ()

    def field(self, body, name):
        return super().field(dict([self.default]) | body, name)


@faulty(breaks="input.missing-field", also=TAKEN)
class ReasonDefaults(Defaulting):
    """The model's reason has a default, so leaving it out is no mistake."""

    default = ("reason", "unknown")


@faulty(breaks="input.missing-field", also=TAKEN)
class UserDefaults(Defaulting):
    """Without user_id the debit goes to the house account of the first installation."""

    default = ("user_id", "default")


@faulty(breaks="input.missing-field", also=TAKEN)
class UnitsDefaultToOne(Defaulting):
    """Units were added later, with a default of 1 for the old clients."""

    default = ("units", 1)


@faulty(breaks="input.missing-field", also=TAKEN)
class MissingRefIsMade(Service):
    """A debit without ref gets a fresh one, and with it loses its idempotency."""

    def ref(self, body):
        return super().ref(body) if "ref" in body else f"auto-{next(self.serials)}"


@faulty(breaks="input.missing-field", also=TAKEN)
class CheckTakesNoUnits(Service):
    """The check reads units with get and a default of 0, which everybody can afford."""

    def check(self, request):
        body = self.parse(request)
        if "units" in body:
            return super().check(request)
        return self.verdict(self.account(self.user_id(body)), Decimal(0))


@faulty(breaks="input.missing-field", also=TAKEN)
class BalanceOfNobody(Service):
    """Without user_id the statement is that of an account called None."""

    def queried_user(self, request):
        return request.query("user_id") or "None"


@faulty(breaks="input.missing-field", also=("schema.responses",))
class MissingQueryIs404(Service):
    """No user is looked up without user_id, and no user is Not Found."""

    def queried_user(self, request):
        user_id = request.query("user_id")
        if user_id is None:
            raise RefusalError(404, "not_found", "No such user")
        return user_id or super().queried_user(request)


@faulty(breaks="input.missing-field", also=("http.no-5xx",))
class MissingFieldIs500(Service):
    """Fields are read with brackets, and nobody catches the KeyError."""

    def field(self, body, name):
        return body[name]


class Stringly(Service):
    """A service that makes text of whatever it is given in one field."""

    name = ""

    def field(self, body, name):
        value = super().field(body, name)
        return str(value) if name == self.name else value


@faulty(breaks="input.wrong-type", also=TAKEN)
class RefMadeText(Stringly):
    """Refs go through str(), so 123 and ["a"] are refs, and null is the ref None."""

    name = "ref"


@faulty(breaks="input.wrong-type", also=TAKEN)
class UserMadeText(Stringly):
    """User ids go through str(), as some systems number their users."""

    name = "user_id"


@faulty(breaks="input.wrong-type", also=TAKEN)
class ReasonMadeText(Stringly):
    """The reason is only written to a log line, so anything will do."""

    name = "reason"


@faulty(breaks="input.wrong-type", also=TAKEN)
class NullReasonIsNone(Service):
    """A null reason is formatted into the text None."""

    def reason(self, body):
        return "None" if self.field(body, "reason") is None else super().reason(body)


@faulty(breaks="input.wrong-type", also=("http.no-5xx",))
class RefObjectIs500(Service):
    """Refs are used as keys unchecked, and an object or an array cannot be one."""

    def ref(self, body):
        hash(self.field(body, "ref"))
        return super().ref(body)


@faulty(breaks="input.wrong-type", also=TAKEN)
class FirstOfUnits(Service):
    """Form libraries wrap values in lists, so the first of a list is taken."""

    def units(self, body):
        value = self.field(body, "units")
        return super().units(
            {"units": value[0] if isinstance(value, list) and value else value}
        )


@faulty(breaks="input.wrong-type", also=TAKEN)
class CastToNumber(Service):
    """A cast makes a number of anything: to some languages an array or object is 1."""

    def units(self, body):
        value = self.field(body, "units")
        return super().units({"units": 1 if isinstance(value, dict | list) else value})


@faulty(breaks="input.wrong-type", also=(*TAKEN, "input.zero"))
class NullUnitsAreZero(Service):
    """A null amount is read as 0 and debited as such, using up the ref."""

    def units(self, body):
        return Decimal(0) if self.field(body, "units") is None else super().units(body)


@faulty(breaks="input.wrong-type", also=(*TAKEN, "http.no-5xx", "input.coercion"))
class TextUnitsAre500(Service):
    """Units go straight into a conversion whose ValueError nobody catches."""

    def units(self, body):
        number = float(self.field(body, "units"))
        return super().units({"units": Decimal(str(number))})


@faulty(breaks="input.coercion", also=(*TAKEN, "input.wrong-type"))
class LeadingNumberTaken(Service):
    """A lenient parser takes the number a text begins with: "5 units" is 5."""

    def units(self, body):
        value = self.field(body, "units")
        found = re.match(r"\d+(\.\d+)?", value) if isinstance(value, str) else None
        return super().units({"units": Decimal(found[0]) if found else value})


@faulty(breaks="input.coercion", also=TAKEN)
class NumericTextTaken(Service):
    """The validator coerces by default: "2.0" is taken for 2.0."""

    def units(self, body):
        value = self.field(body, "units")
        if isinstance(value, str):
            try:
                value = Decimal(value)
            except ArithmeticError:
                raise invalid("units", "must be a number") from None
        return super().units({"units": value})


@faulty(breaks="input.coercion", also=TAKEN)
class TrueIsOneUnit(Service):
    """A boolean is an integer to the language, so true is one unit."""

    def units(self, body):
        value = self.field(body, "units")
        return super().units(
            {"units": int(value) if isinstance(value, bool) else value}
        )
