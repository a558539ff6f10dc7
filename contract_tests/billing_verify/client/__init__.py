"""Requests to the target: one after the other, and many at once."""
