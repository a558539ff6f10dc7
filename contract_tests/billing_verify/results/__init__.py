"""From the end of a test to outcomes, failures and verdicts."""
