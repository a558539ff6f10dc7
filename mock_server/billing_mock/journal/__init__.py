"""The journal: the mock's bounded record of requests."""
