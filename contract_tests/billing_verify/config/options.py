"""The options of a run, each described once.

The command billing-verify, the pytest plugin and the reader of TOML files all take names, kinds,
defaults and help from the descriptions here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.client.target import Target
from billing_verify.config import values
from billing_verify.config.money_options import MoneyOptions
from billing_verify.config.option import file, flag, text, texts
from billing_verify.config.profiles import PROFILES
from billing_verify.errors import SettingsError, TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_contract import Clause
    from billing_verify.config.option import Option
    from billing_verify.config.profiles import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(MoneyOptions):
    """What the operator asked for in one run, checked.

    `timeout` and `max_time` are in seconds, `rate` is in requests per second.
    `deviations` are known ones: reasons by clause id. Raises SettingsError where a client
    certificate comes without its key, or for what MoneyOptions refuses.
    """

    url: str | None
    deviations: Mapping[str, str]
    plan: bool = field(
        metadata=flag(
            "plan", "Tell what a run would do and could spend, send nothing, and stop."
        )
    )
    read_only: bool = field(
        metadata=flag("read-only", "Run only what charges nothing.")
    )
    profile: Profile = field(
        metadata=text(
            "profile",
            None,
            "How hard to look.",
            read=values.profile,
            choices=tuple(PROFILES),
            default="standard",
        )
    )
    strict: bool = field(
        metadata=flag("strict", "Fail for a broken should clause too.")
    )
    accept_untested: bool = field(
        metadata=flag(
            "accept-untested", "Exit 0, not 3, where not everything could be tested."
        )
    )
    provisional: bool = field(
        metadata=flag(
            "provisional",
            "Also test the provisional operations, credit and plan/apply.",
        )
    )
    plan_id: str = field(
        metadata=text(
            "plan-id",
            "ID",
            "Plan that the deployment can apply (provisional).",
            default="base750",
        )
    )
    clauses: frozenset[str] = field(
        metadata=texts(
            "clause", "ID", "Test only this clause; repeatable.", values.clause_ids
        )
    )
    headers: Mapping[str, str] = field(
        metadata=texts(
            "header",
            "'NAME: VALUE'",
            "Header to send along; repeatable.",
            values.headers,
        )
    )
    extra_fields: Mapping[str, Any] = field(
        metadata=texts(
            "extra-field",
            "NAME=VALUE",
            "Undocumented field that the deployment wants in every body, such as action=chat, or version:=2 for a value that is no text; repeatable.",
            values.fields,
        )
    )
    timeout: float = field(
        metadata=text(
            "timeout",
            "SECONDS",
            "How long a whole answer may take.",
            read=values.positive,
            default="10",
        )
    )
    rate: float | None = field(
        metadata=text(
            "rate",
            "N",
            "The most requests per second, bursts apart.",
            read=values.positive_or_none,
        )
    )
    max_time: float | None = field(
        metadata=text(
            "max-time",
            "SECONDS",
            "End the run after so long; the rest is not tested.",
            read=values.positive_or_none,
        )
    )
    ca_file: str | None = field(
        metadata=text(
            "ca-file",
            "FILE",
            "Certificates of the authority that signed the target's own (PEM).",
            read=values.existing_file,
        )
    )
    client_cert: str | None = field(
        metadata=text(
            "client-cert",
            "FILE",
            "Client certificate (PEM).",
            read=values.existing_file,
        )
    )
    client_key: str | None = field(
        metadata=text(
            "client-key",
            "FILE",
            "Private key of the client certificate (PEM).",
            read=values.existing_file,
        )
    )
    observed: Path | None = field(
        metadata=file(
            "observed",
            "Write the open choices as they were seen (JSON).",
            values.path_or_none,
        )
    )
    json_report: Path | None = field(
        metadata=file(
            "json", "Write the report for programs (JSON).", values.path_or_none
        )
    )
    html_report: Path | None = field(
        metadata=file(
            "html", "Write the report for people (one HTML file).", values.path_or_none
        )
    )
    summary: Path | None = field(
        metadata=file(
            "summary",
            "Write the verdict and its causes for the summary of a CI job (Markdown).",
            values.path_or_none,
        )
    )
    badge: Path | None = field(
        metadata=file(
            "badge",
            "Write the verdict as a badge (JSON of a shields.io endpoint).",
            values.path_or_none,
        )
    )
    annotations: bool = field(
        metadata=flag(
            "annotations",
            "Print an annotation for each cause, as GitHub Actions reads them.",
        )
    )
    key: str = field(
        repr=False,
        metadata=file(
            "key-file",
            f"File with the key; without it the environment variable {KEY_VARIABLE} counts.",
            values.key,
        ),
    )

    def __post_init__(self) -> None:
        MoneyOptions.__post_init__(self)
        if (self.client_cert is None) != (self.client_key is None):
            raise SettingsError("client-cert and client-key go together: name both")

    def wants(self, clause: Clause) -> bool:
        """Return whether the run is to judge the clause."""
        named = not self.clauses or clause.id in self.clauses
        return named and (self.provisional or not clause.provisional)

    def target(self) -> Target:
        """Return the deployment that was named. Raises TargetError for a missing or wrong URL or key."""
        if self.url is None:
            raise TargetError("no target: name the deployment with --billing-url URL")
        if not self.key:
            raise TargetError(
                f"no key: put the value of X-Internal-Key into the environment variable {KEY_VARIABLE} "
                f"(the mock's own is super-secret-dev)"
            )
        certificate = (
            (self.client_cert, self.client_key)
            if self.client_cert and self.client_key
            else None
        )
        return Target(
            url=self.url,
            key=self.key,
            headers=self.headers,
            timeout=self.timeout,
            ca_file=self.ca_file,
            client_cert=certificate,
        )


OPTION_OF_FIELD: dict[str, Option] = {
    each.name: each.metadata["option"]
    for each in fields(Options)
    if "option" in each.metadata
}
ALL_OPTIONS = tuple(OPTION_OF_FIELD.values())
