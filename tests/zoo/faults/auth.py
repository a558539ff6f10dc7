"""Keys that are compared badly, or not on every road."""

import hmac

from tests.zoo.refusals import RefusalError, unauthorized
from tests.zoo.registry import faulty
from tests.zoo.service import Service

PASSES = ("auth.no-effect", "ref.refused-stays-free")
UNGUARDED = ("auth.near-miss", "auth.missing-key", "auth.before-validation")


@faulty(
    breaks="auth.wrong-key", also=(*PASSES, "auth.near-miss", "auth.before-validation")
)
class AnyKeyFits(Service):
    """A gateway in front was meant to check the key; here it only has to be there."""

    def key_fits(self, given):
        return given is not None


@faulty(
    breaks="auth.wrong-key",
    also=(*UNGUARDED, *PASSES),
)
class DebitUnguarded(Service):
    """The decorator stands on check and balance, and was forgotten on debit."""

    def authenticate(self, request):
        if not request.path.endswith("/debit"):
            super().authenticate(request)


@faulty(
    breaks="auth.wrong-key",
    also=UNGUARDED,
)
class CheckUnguarded(Service):
    """The check charges nothing, so it was thought to need no key."""

    def authenticate(self, request):
        if not request.path.endswith("/check"):
            super().authenticate(request)


@faulty(
    breaks="auth.wrong-key",
    also=UNGUARDED,
)
class GetUnguarded(Service):
    """The middleware skips what it calls safe methods."""

    def authenticate(self, request):
        if request.method != "GET":
            super().authenticate(request)


@faulty(
    breaks="auth.wrong-key",
    also=("auth.near-miss", "auth.before-validation", "schema.responses"),
)
class WrongKeyIs403(Service):
    """The permission class answers Forbidden, which a gateway reads as too little money."""

    def authenticate(self, request):
        if request.key is not None and not self.key_fits(request.key):
            raise RefusalError(403, "forbidden", "X-Internal-Key is wrong")
        super().authenticate(request)


@faulty(
    breaks="auth.wrong-key",
    also=(*UNGUARDED, *PASSES),
)
class ConnectionTrusted(Service):
    """A connection that has shown the key once is trusted until it closes."""

    def __init__(self):
        super().__init__()
        self.trusted = set()

    def authenticate(self, request):
        connection = request.environ.get("zoo.connection")
        if connection not in self.trusted:
            super().authenticate(request)
            self.trusted.add(connection)


@faulty(breaks="auth.near-miss", also=PASSES)
class PrefixFits(Service):
    """The arguments of startswith are the wrong way round, so any beginning fits."""

    def key_fits(self, given):
        return given is not None and self.key.startswith(given)


@faulty(breaks="auth.near-miss", also=PASSES)
class ExtensionFits(Service):
    """Keys carry a version after the secret, so what begins with it is taken."""

    def key_fits(self, given):
        return given is not None and given.startswith(self.key)


@faulty(breaks="auth.near-miss", also=PASSES)
class ComparedAsFarAsItGoes(Service):
    """A hand-written comparison in constant time zips the two, and zip stops early."""

    def key_fits(self, given):
        return given is not None and all(
            a == b for a, b in zip(given, self.key, strict=False)
        )


@faulty(breaks="auth.near-miss", also=PASSES)
class EightCharactersCompared(Service):
    """The key was hashed with the old crypt, which reads eight characters."""

    def key_fits(self, given):
        return given is not None and given[:8] == self.key[:8]


@faulty(breaks="auth.near-miss", also=PASSES)
class LetterCaseIgnored(Service):
    """Headers are lower-cased by a proxy library, so the key is compared lower-cased."""

    def key_fits(self, given):
        return given is not None and given.lower() == self.key.lower()


@faulty(breaks="auth.near-miss", also=PASSES)
class EmptyKeyFits(Service):
    """An unset second key, for rotation, is the empty string, and an empty header equals it."""

    def key_fits(self, given):
        return given in {self.key, ""}


@faulty(breaks="auth.near-miss", also=(*PASSES, "auth.missing-key"))
class FalsyKeySkipped(Service):
    """The key is compared only if one was given, and an empty one counts as none."""

    def authenticate(self, request):
        if request.key:
            super().authenticate(request)


@faulty(breaks="auth.near-miss", also=PASSES)
class TwoKeysPass(Service):
    """The key is compared where there is one header; a list of two was not thought of."""

    def key_fits(self, given):
        return super().key_fits(given) or (given is not None and "," in given)


@faulty(breaks="auth.near-miss", also=PASSES)
class HalvesOfTheKeyAreJoined(Service):
    """A long key may come in several headers, and nobody looks where each of them ends."""

    def key_fits(self, given):
        return given is not None and given.replace(",", "") == self.key


@faulty(breaks="auth.missing-key", also=("auth.before-validation",))
class MissingKeyPasses(Service):
    """Calls without the header are taken for health checks from inside the network."""

    def authenticate(self, request):
        if request.key is not None:
            super().authenticate(request)


@faulty(breaks="auth.missing-key", also=("schema.responses",))
class MissingKeyIs403(Service):
    """The framework's own key scheme answers 403 when the header is missing."""

    def authenticate(self, request):
        if request.key is None:
            raise RefusalError(403, "not_authenticated", "Not authenticated")
        super().authenticate(request)


@faulty(breaks="auth.missing-key", also=("http.no-5xx",))
class MissingKeyIs500(Service):
    """The header is encoded before it is compared, and None has no encode."""

    def key_fits(self, given):
        return hmac.compare_digest(given.encode("latin-1"), self.key.encode())


@faulty(breaks="http.no-5xx", also=("auth.wrong-key", "auth.near-miss"))
class ForeignLettersInKeyAre500(Service):
    """compare_digest refuses text outside ASCII with a TypeError, and nobody catches it."""

    def key_fits(self, given):
        return given is not None and hmac.compare_digest(given, self.key)


@faulty(
    breaks="auth.no-effect",
    also=(
        "auth.wrong-key",
        "auth.before-validation",
        "debit.exact",
        "ref.refused-stays-free",
        "race.linearizable",
    ),
)
class ChargesBefore401(Service):
    """The key is checked on the way out, when the debit is already made."""

    def handle(self, request):
        operation = self.route(request)
        answer = getattr(self, operation)(request)
        if not self.key_fits(request.key):
            raise unauthorized()
        return answer
