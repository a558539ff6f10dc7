"""The life cycle of a run under pytest."""
