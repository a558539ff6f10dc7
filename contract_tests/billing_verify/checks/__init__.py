"""Checks of responses against the contract."""
