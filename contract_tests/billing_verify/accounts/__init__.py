"""The sources of accounts that a run spends from."""
