"""From the end of a test to a verdict."""
