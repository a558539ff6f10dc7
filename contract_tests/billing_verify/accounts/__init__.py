"""The sources of the accounts that a run debits."""
