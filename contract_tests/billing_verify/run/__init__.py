"""The steps of a run under pytest, from its checks before the first test to its reports."""
