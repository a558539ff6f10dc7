"""The report of a run: plain data, and its views."""
