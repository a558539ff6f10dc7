"""The checker of histories: `check` is its public module, the others serve it."""
