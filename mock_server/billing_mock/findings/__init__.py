"""Findings: what the journal says about the gateway, by small pure rules, one each."""

from billing_mock.findings.finding import Finding
from billing_mock.findings.rules import RULES, findings_of

__all__ = ["RULES", "Finding", "findings_of"]
