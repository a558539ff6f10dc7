"""Findings: what the journal says about the gateway, by small pure rules, one each."""

from mock_server.findings.finding import Finding
from mock_server.findings.rules import RULES, findings_of

__all__ = ["RULES", "Finding", "findings_of"]
