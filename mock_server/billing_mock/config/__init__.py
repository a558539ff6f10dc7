"""The configuration of a mock: its settings, the options of the open choices, and the files of accounts and faults."""
