"""Services that do to a client what it does not expect: `make hostile` runs the suite against each.

`KINDS` are the ways to answer, `running` serves one of them, `measure` runs billing-verify against it.
"""
