"""Accounts that an HTTP hook, a command or a Python callable of the operator opens on request.

Each gets a user id, a balance and a plan. None is handed the key of the target: it is in no request,
no argument, and not in the environment that a command or a callable sees.
"""

from __future__ import annotations

import importlib
import os
import shlex
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from urllib3.exceptions import ReadTimeoutError

from billing_contract import render_json
from billing_verify.account import SLACK, Plan, TestAccount, new_user_id
from billing_verify.accounts.patience import SECONDS_MAX, HookHangsError, Patience
from billing_verify.client.connections import Connections, NoConnectionError
from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.errors import NotTestableError, TimeUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from billing_verify.client.time_limit import TimeLimit

_DONE = range(200, 300)
_SHOWN = 300


class Opener(Protocol):
    """A way to open an account at the operator's. `description` is a phrase for the reports."""

    description: str

    def open(self, user_id: str, balance: Decimal, plan: Plan | None) -> None:
        """Make sure that the user has exactly this balance, in units, and this plan.

        Raises NotTestableError where that fails.
        """


class HookAccounts:
    """A source of accounts: a new one for each test, with a UUID as user id."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._hung: HookHangsError | None = None
        self.description = opener.description

    def funded(self, units: Decimal) -> TestAccount:
        """Return a new account with these units and SLACK more. Raises NotTestableError."""
        return self.opened(units + SLACK)

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        similar_to: TestAccount | None = None,
    ) -> TestAccount:
        """Return a new account with exactly this balance and plan. Raises NotTestableError."""
        account = TestAccount(new_user_id(similar_to), balance)
        if self._hung:
            raise self._hung
        try:
            self._opener.open(account.user_id, balance, plan)
        except HookHangsError as error:
            self._hung = error
            raise
        return account


class UrlOpener:
    """An HTTP hook: it gets a POST of `{"user_id", "balance", "plan"}`; any 2xx means done."""

    def __init__(self, url: str, time_limit: TimeLimit | None = None) -> None:
        self.description = f"accounts opened by {url}"
        self._url = url
        self._patience = Patience(f"the account hook {url}", time_limit)
        self._connections = Connections(url, timeout=SECONDS_MAX, time_limit=time_limit)

    def open(self, user_id: str, balance: Decimal, plan: Plan | None) -> None:
        """Send one request. Raises NotTestableError for no answer and for any answer but 2xx."""
        body = render_json({"user_id": user_id, "balance": balance, "plan": plan})
        try:
            response = self._connections.send_harmless(
                "POST",
                self._url,
                headers={"Content-Type": "application/json"},
                body=body,
            )
        except NoConnectionError as error:
            # A refused connection is a kind of ConnectTimeoutError in urllib3.
            if isinstance(error, ReadTimeoutError):
                raise self._patience.used_up() from None
            raise NotTestableError(
                f"the account hook {self._url} did not answer: {error}"
            ) from None
        if response.status not in _DONE:
            shown = response.data[:_SHOWN].decode(errors="replace")
            raise NotTestableError(
                f"the account hook {self._url} opened no account: {response.status} {shown}"
            )


class CommandOpener:
    """A command, run without a shell: `COMMAND {user_id} {balance}`; exit status 0 means done.

    A command with `{plan}` gets the plan's code, or an empty word. Its environment is that of this
    process without BILLING_SERVICE_TOKEN.
    """

    def __init__(self, command: str, *, time_limit: TimeLimit | None = None) -> None:
        self._words = shlex.split(command)
        self._patience = Patience(f"the account command {self._words[0]}", time_limit)
        with _without_key():
            self._environment = dict(os.environ)
        self._takes_plan = any("{plan}" in word for word in self._words)
        self.description = f"accounts opened by the command {self._words[0]}"

    def open(self, user_id: str, balance: Decimal, plan: Plan | None) -> None:
        """Run the command once. Raises NotTestableError where it fails, or takes no plan and needs to."""
        if plan is not None and not self._takes_plan:
            raise NotTestableError(
                "the account command takes no plan; give it the word {plan}"
            )
        values = {
            "{user_id}": user_id,
            "{balance}": format(balance, "f"),
            "{plan}": plan["plan_code"] if plan else "",
        }
        try:
            ended = subprocess.run(  # noqa: S603  the operator named the command; user ids are UUIDs
                [_filled(word, values) for word in self._words],
                capture_output=True,
                env=self._environment,
                text=True,
                timeout=self._patience.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._patience.used_up() from None
        except OSError as error:
            raise NotTestableError(
                f"the account command {self._words[0]} did not run: {error}"
            ) from None
        if ended.returncode != 0:
            output = (ended.stderr or ended.stdout).strip()[-_SHOWN:]
            raise NotTestableError(
                f"the account command opened no account: exit status {ended.returncode}: {output}"
            )


class CallableOpener:
    """A Python callable `module:function`, called with user_id, balance (Decimal) and plan.

    While it is imported and while it runs, BILLING_SERVICE_TOKEN is not in the environment.
    Raises NotTestableError where it cannot be imported.
    """

    def __init__(self, name: str, time_limit: TimeLimit | None = None) -> None:
        self.description = f"accounts opened by {name}"
        self._patience = Patience(f"the account callable {name}", time_limit)
        self._name = name
        self._function = _load(name, self._patience)

    def open(self, user_id: str, balance: Decimal, plan: Plan | None) -> None:
        """Call the callable once. Raises NotTestableError for whatever it raises."""
        try:
            with _without_key(), self._patience.bounding():
                self._function(user_id, balance, plan)
        except (HookHangsError, TimeUpError, KeyboardInterrupt):
            raise
        except (
            BaseException
        ) as error:  # sys.exit, pytest.skip and the like are no end of the run
            raise NotTestableError(
                f"the account callable {self._name} opened no account: {_told(error)}"
            ) from error


@contextmanager
def _without_key() -> Iterator[None]:
    """Take the key out of the environment of this process for a while."""
    key = os.environ.pop(KEY_VARIABLE, None)
    try:
        yield
    finally:
        if key is not None:
            os.environ[KEY_VARIABLE] = key


def _filled(word: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _load(name: str, patience: Patience) -> Callable[..., object]:
    module_name, colon, function_name = name.partition(":")
    if not colon:
        raise NotTestableError(
            f"{name!r}: write the account callable as module:function"
        )
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        with _without_key(), patience.bounding():
            module = importlib.import_module(module_name)
        function: Callable[..., object] = getattr(module, function_name)
    except (HookHangsError, TimeUpError, KeyboardInterrupt):
        raise
    except BaseException as error:
        reason = (
            str(error)
            if isinstance(error, ImportError | AttributeError)
            else _told(error)
        )
        raise NotTestableError(
            f"the account callable {name} cannot be imported: {reason}"
        ) from error
    return function
