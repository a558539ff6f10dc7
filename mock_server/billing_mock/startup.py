"""What the command prints when the mock is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_contract import __version__, load_contract
from billing_mock.config.settings import PUBLIC_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.config.likeness import Likeness
    from billing_mock.config.settings import Settings
    from billing_mock.servers.listening import Address

_ACCOUNTS_MAX = 3


def startup_message(
    settings: Settings, address: Address, key_source: str, like: Likeness | None
) -> str:
    """Return where the mock is, what it was set to, what it copies of a deployment, and what it cannot."""
    return "\n".join(
        [
            _first_line(settings, address),
            *_settings_lines(settings, key_source),
            *_likeness_lines(settings, like),
            f"  docs      {address.url}/docs",
            f"  look at   {address.url}/_mock/",
            *_access_lines(address, key_source),
            "Ctrl-C stops it.",
        ]
    )


def _first_line(settings: Settings, address: Address) -> str:
    version = load_contract().version
    count = len(settings.deviations.texts)
    kept = (
        f"does not keep contract {version} ({count} deviation{'s' if count > 1 else ''})"
        if count
        else f"keeps contract {version}"
    )
    if settings.upstream:
        kept = f"compares a deployment with contract {version}"
    return f"billing-mock {__version__} {kept} at {address.url}"


def _settings_lines(settings: Settings, key_source: str) -> Iterator[str]:
    public = key_source == PUBLIC_KEY
    yield f"  key       {f'X-Internal-Key: {key_source}' if public else f'the key {key_source}'}"
    if settings.upstream:
        yield f"  upstream  {settings.upstream}: it answers, its balances and its key count"
    else:
        yield f"  accounts  {_accounts(settings)}"
    kinds = ", ".join(fault.kind for fault, _ in settings.faults)
    if kinds:
        yield f"  faults    {kinds}"


def _accounts(settings: Settings) -> str:
    accounts = settings.accounts
    shown = ", ".join(
        f"{account.user_id} ({account.balance})" for account in accounts[:_ACCOUNTS_MAX]
    )
    others = len(accounts) - _ACCOUNTS_MAX
    return f"{shown or 'none'}{f' and {others} more' if others > 0 else ''}"


def _likeness_lines(settings: Settings, like: Likeness | None) -> Iterator[str]:
    if like:
        yield f"  like      {like.target}: {len(like.choices)} open choices and {len(like.deviations.texts)} deviations are copied"
        yield f"  choices   {', '.join(f'{name}={option}' for name, option in like.choices.items())}"
    for text, sentence in settings.deviations.sentences().items():
        yield f"  deviates  {text}: {sentence}"
    for sentence in like.not_copied if like else ():
        yield f"  no copy   {sentence}"


def _access_lines(address: Address, key_source: str) -> Iterator[str]:
    if not address.is_loopback:
        known = ", and it has the public one" if key_source == PUBLIC_KEY else ""
        yield f"  open      to other machines: /_mock/ needs the key{known}"
