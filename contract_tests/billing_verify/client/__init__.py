"""One request to the target, and many at once."""
