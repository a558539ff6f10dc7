"""The report of a run: as JSON values, as an HTML page, and in the terminal."""
