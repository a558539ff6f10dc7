"""What is refused beyond what the document refuses, and with which status."""

from tests.zoo.refusals import RefusalError, invalid
from tests.zoo.registry import conforming
from tests.zoo.service import Service

KNOWN_FIELDS = {
    "check": {"user_id", "units"},
    "debit": {"user_id", "units", "ref", "reason"},
    "apply_plan": {"user_id", "plan_id", "ref", "auto_renew"},
    "credit": {"user_id", "units", "ref", "reason", "source_service"},
}


@conforming(unknown_fields="refused")
class UnknownFieldsAre422(Service):
    """A field that the document does not list is refused with 422."""

    def parse(self, request):
        body = super().parse(request)
        for name in body.keys() - KNOWN_FIELDS[self.route(request)]:
            raise invalid(name, "is not a field")
        return body


@conforming(malformed_json="400")
class MalformedJsonIs400(Service):
    """What is not JSON is 400; what is not a debit is 422."""

    def decode(self, raw):
        try:
            return super().decode(raw)
        except RefusalError:
            raise RefusalError(400, "bad_request", "The body is not JSON") from None


class JsonOnly(Service):
    """A service that requires the content type of JSON."""

    def parse(self, request):
        media_type = request.environ["CONTENT_TYPE"].partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise self.refusal()
        return super().parse(request)


@conforming(content_type="415")
class OtherContentTypeIs415(JsonOnly):
    """A body that is not declared as JSON is 415."""

    def refusal(self):
        return RefusalError(415, "unsupported_media_type", "Send application/json")


@conforming(content_type="422")
class OtherContentTypeIs422(JsonOnly):
    """A body that is not declared as JSON is 422."""

    def refusal(self):
        return invalid("content-type", "must be application/json")


class ShortRefs(Service):
    """A service with a longest ref."""

    ref_max = 0

    def ref(self, body):
        ref = super().ref(body)
        if len(ref) > self.ref_max:
            raise invalid("ref", f"is longer than {self.ref_max}")
        return ref


@conforming(ref_max_length="64")
class RefsUpTo64(ShortRefs):
    """Refs have at most 64 characters; more is 422."""

    ref_max = 64


@conforming(ref_max_length="128")
class RefsUpTo128(ShortRefs):
    """Refs have at most 128 characters; more is 422."""

    ref_max = 128


@conforming(ref_max_length="255")
class RefsUpTo255(ShortRefs):
    """Refs have at most 255 characters; more is 422."""

    ref_max = 255


@conforming(wants=["action=generate"])
class ActionIsRequired(Service):
    """Every body names an action, one of two, which the document does not list."""

    def parse(self, request):
        body = super().parse(request)
        if self.text(body, "action") not in {"generate", "edit"}:
            raise invalid("action", "must be generate or edit")
        return body


@conforming()
class ControlCharactersAre422(Service):
    """Texts with control characters or lone surrogates are refused with 422."""

    def text(self, body, name):
        text = super().text(body, name)
        if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in text):
            raise invalid(name, "has characters that are no text")
        return text


@conforming()
class BlankTextsAre422(Service):
    """Texts of nothing but space are refused with 422, as empty ones are."""

    def text(self, body, name):
        text = super().text(body, name)
        if text.isspace():
            raise invalid(name, "must not be blank")
        return text


@conforming()
class ReasonMayBeEmpty(Service):
    """An empty reason is a reason."""

    def reason(self, body):
        return "" if self.field(body, "reason") == "" else super().reason(body)


@conforming()
class LargeBodiesAre413(Service):
    """Bodies above 1 KiB are refused with 413."""

    def parse(self, request):
        if len(request.body) > 1024:
            raise RefusalError(413, "content_too_large", "The body is above 1 KiB")
        return super().parse(request)
