"""A mock as an object, for tests under any framework and for notebooks. It does not need pytest."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from billing_mock.config.settings import Settings
from billing_mock.faults import fault_from_json
from billing_mock.ledger.account import Plan
from billing_mock.ledger.account_json import account_from_json
from billing_mock.servers.in_process import InProcessServer
from billing_mock.service import MockService

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType

    from billing_mock.clock import Clock
    from billing_mock.faults import PlacedFault
    from billing_mock.findings import Finding
    from billing_mock.journal.record import Record
    from billing_mock.ledger.transaction import Transaction

Amount = Decimal | int | str | float


class BillingMock:
    """A running mock: `with BillingMock() as mock:` and then `mock.url`, `mock.key`."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.service = MockService(settings or Settings())
        self._server = InProcessServer(self.service)

    @property
    def url(self) -> str:
        """Return the URL where it answers, without a slash at the end. Raises RuntimeError before the start."""
        return self._server.url

    @property
    def key(self) -> str:
        """Return the key that X-Internal-Key must hold."""
        return self.service.settings.key

    @property
    def clock(self) -> Clock:
        """Return its clock, to turn: `mock.clock.forward(timedelta(days=40))`. A reset sets it to the time of day."""
        return self.service.clock

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables by which a gateway uses this mock (document, Переменные окружения для Gateway)."""
        return {"BILLING_SERVICE_URL": self.url, "BILLING_SERVICE_TOKEN": self.key}

    def start(self) -> Self:
        """Start it, and return it when it answers requests."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop it and free the port. A second call does nothing."""
        self._server.stop()

    def reset(self, user_id: str | None = None) -> None:
        """Set accounts, faults and journal back to the start, or only those of one user."""
        self.service.reset(user_id)

    def fund(
        self,
        user_id: str,
        balance: Amount,
        *,
        plan: Plan | Mapping[str, str | None] | None = None,
    ) -> str:
        """Open an account with this balance, in units, and return the user id. An account that exists is replaced.

        `plan` is a Plan or a mapping with its fields; an expiry such as `+30d` is that many days
        from now. Raises ValueError for a balance that is below 0 or no number, and for a plan
        whose expiry is no date-time with a zone.
        """
        fields = plan.as_json() if isinstance(plan, Plan) else plan
        try:
            value = {"balance": Decimal(str(balance)), "plan": fields and dict(fields)}
        except ArithmeticError:
            raise ValueError(
                f"balance: must be a number such as 742.0, not {balance!r}"
            ) from None
        self.service.open_accounts(
            account_from_json(user_id, value, now=self.service.clock.now())
        )
        return user_id

    def balance(self, user_id: str) -> Decimal:
        """Return the balance of the user, in units. Raises UnknownAccountError."""
        return self.service.ledger.balance(user_id)

    def fault(self, kind: str, **settings: Any) -> PlacedFault:
        """Set a fault with the settings that the control plane takes. Raises FaultError, which names what is wrong."""
        exact = {
            name: Decimal(str(value)) if type(value) in (int, float) else value
            for name, value in settings.items()
        }
        return self.service.pipeline.faults.add(
            *fault_from_json({"kind": kind, **exact})
        )

    def clear_faults(self) -> None:
        """Remove every fault. Accounts and journal stay."""
        faults = self.service.pipeline.faults
        for each in faults.listed():
            faults.remove(each["id"])

    def fail_next(
        self, operation: str = "debit", *, status: int = 500, **settings: Any
    ) -> PlacedFault:
        """Answer the next call of the operation with a status, before anything is done.

        With `acts="after"` the work is done first. Other settings are those of any fault, such
        as `user_id` or `times`.
        """
        return self._next("status", operation, status=status, **settings)

    def lose_next_response(
        self, operation: str = "debit", **settings: Any
    ) -> PlacedFault:
        """Carry the next call of the operation out, then close the connection without an answer."""
        return self._next("lose_response", operation, **settings)

    def drop_next_request(
        self, operation: str = "debit", **settings: Any
    ) -> PlacedFault:
        """Close the connection of the next call of the operation before anything is done."""
        return self._next("drop_request", operation, **settings)

    def delay_next(
        self, seconds: float, operation: str = "debit", **settings: Any
    ) -> PlacedFault:
        """Carry the next call of the operation out, and delay its answer by so many seconds."""
        return self._next("delay", operation, seconds=seconds, **settings)

    @property
    def requests(self) -> list[Record]:
        """Return every request of the gateway, in the order of the answers."""
        return self.service.pipeline.journal.records()

    @property
    def debits(self) -> list[Transaction]:
        """Return every debit that was charged, oldest first."""
        booked = self.service.ledger.transactions()
        return [each for each in booked if each.kind == "debit"]

    @property
    def findings(self) -> list[Finding]:
        """Return the findings about the gateway."""
        return self.service.findings()

    def assert_no_findings(
        self, *, user_id: str | None = None, ignore: Collection[str] = ()
    ) -> None:
        """Raise AssertionError where there are findings; its message lists all of them, or those about one user.

        `ignore` are names of rules.
        """
        found = [
            each for each in self.service.findings(user_id) if each.rule not in ignore
        ]
        if found:
            lines = "\n".join(f"- {each}" for each in found)
            raise AssertionError(f"the mock noticed about the gateway:\n{lines}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _next(self, kind: str, operation: str, **settings: Any) -> PlacedFault:
        return self.fault(kind, operation=operation, **{"times": 1, **settings})
