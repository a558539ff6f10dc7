"""An attack on the mock: hostile inputs, crowds of slow clients, a soak under faults, and kills at random moments.

Everything comes from a seed, goes to 127.0.0.1 alone, and ends only the processes that it started.
"""
