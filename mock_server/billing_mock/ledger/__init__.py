"""The ledger: pure Python, without I/O, clock or transport."""
