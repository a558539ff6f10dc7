"""The ledger: accounts, transactions and amounts, without I/O, clock or transport."""
