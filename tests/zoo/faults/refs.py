"""Refs that are taken for other refs, and refs used up by debits that never were."""

import unicodedata

from tests.zoo.clauses import FRESH_DEBITS
from tests.zoo.refusals import RefusalError, insufficient
from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(breaks="ref.exact")
class RefStripped(Service):
    """Text fields are stripped on the way in, refs among them."""

    def ref_key(self, order):
        return order.ref.strip()


@faulty(breaks="ref.exact")
class RefPadded(Service):
    """The collation pads with spaces, so trailing ones are not compared."""

    def ref_key(self, order):
        return order.ref.rstrip(" ")


@faulty(breaks="ref.exact")
class RefCaseFolded(Service):
    """The column has the database's default collation, which ignores letter case."""

    def ref_key(self, order):
        return order.ref.casefold()


@faulty(breaks="ref.exact")
class RefComposed(Service):
    """Text is brought to NFC at the door, so two spellings of é are one ref."""

    def ref_key(self, order):
        return unicodedata.normalize("NFC", order.ref)


@faulty(breaks="ref.exact")
class RefCompatible(Service):
    """Text is brought to NFKC at the door, so a full-width letter is the plain one."""

    def ref_key(self, order):
        return unicodedata.normalize("NFKC", order.ref)


@faulty(breaks="ref.exact")
class RefWithoutAccents(Service):
    """The collation is accent-insensitive: résumé-1 is resume-1."""

    def ref_key(self, order):
        letters = unicodedata.normalize("NFD", order.ref)
        return "".join(
            letter for letter in letters if not unicodedata.combining(letter)
        )


class RefCut(Service):
    """A service that keeps the first characters of a ref only."""

    kept = 0

    def ref_key(self, order):
        return order.ref[: self.kept]


@faulty(breaks="ref.exact", also=FRESH_DEBITS)
class RefCutTo16(RefCut):
    """The column holds sixteen characters, and longer refs are cut in silence."""

    kept = 16


@faulty(breaks="ref.exact", also=FRESH_DEBITS)
class RefCutTo32(RefCut):
    """The column was made for a UUID without dashes, and longer refs are cut."""

    kept = 32


@faulty(breaks="ref.exact")
class RefCutTo63(RefCut):
    """A fixed field of 64 bytes ends in a NUL, so the last character is lost."""

    kept = 63


# The same debit, sent again while the money is still too little, is refused as a duplicate.
@faulty(
    breaks="ref.refused-stays-free", also=("debit.insufficient", "race.linearizable")
)
class RefBurntBy403(Service):
    """The ref is stored before the money is looked at, and stays when it falls short."""

    def charge(self, account, order):
        self.remember(account, order)
        return super().charge(account, order)


@faulty(
    breaks="ref.refused-stays-free", also=("debit.insufficient", "race.linearizable")
)
class RefusalReplayed(Service):
    """A refusal is stored under its ref and repeated, though money has come since."""

    def charge(self, account, order):
        if order.ref in getattr(account, "refused", ()):
            raise insufficient()
        if not self.enough(account, order.units):
            account.refused = {*getattr(account, "refused", ()), order.ref}
        return super().charge(account, order)


class RefRecordedEarly(Service):
    """A service whose middleware records the ref when a step refuses the debit."""

    burnt_by = 0

    def respond(self, request):
        answer = super().respond(request)
        if answer[0] == self.burnt_by:
            self.burn(request)
        return answer

    def burn(self, request):
        try:
            body = self.parse(request)
            user_id, ref = self.user_id(body), self.ref(body)
        except RefusalError:
            return
        self.account(user_id).refs[ref] = None


@faulty(breaks="auth.no-effect", also=("ref.refused-stays-free", "race.linearizable"))
class RefBurntBy401(RefRecordedEarly):
    """The middleware that records refs stands in front of the one that checks the key."""

    burnt_by = 401


@faulty(breaks="input.no-effect", also=("ref.refused-stays-free", "race.linearizable"))
class RefBurntBy422(RefRecordedEarly):
    """The middleware that records refs stands in front of the validation."""

    burnt_by = 422
