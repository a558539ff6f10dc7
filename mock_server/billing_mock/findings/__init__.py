"""Findings: mistakes of the gateway that the journal's requests show, each found by one pure rule."""

from billing_mock.findings.finding import Finding
from billing_mock.findings.rules import RULES, findings_of

__all__ = ["RULES", "Finding", "findings_of"]
