"""The clauses that faults name, each with its level, and groups that fall together.

A copy of the contract's ids, so that the zoo runs without the package that it
helps to test; a test compares the two.
"""

MUST, SHOULD = "must", "should"

CLAUSES = {
    "auth.wrong-key": MUST,
    "auth.near-miss": MUST,
    "auth.missing-key": SHOULD,
    "auth.before-validation": SHOULD,
    "auth.no-effect": MUST,
    "check.shape": MUST,
    "check.verdict": MUST,
    "check.refusal-is-200": MUST,
    "check.spends-nothing": MUST,
    "check.agrees": MUST,
    "balance.shape": MUST,
    "balance.read-only": MUST,
    "balance.expiry": SHOULD,
    "debit.shape": MUST,
    "debit.exact": MUST,
    "debit.decimal": SHOULD,
    "debit.insufficient": MUST,
    "debit.whole-balance": MUST,
    "debit.never-negative": MUST,
    "debit.visible": MUST,
    "debit.isolated": MUST,
    "debit.tx-unique": SHOULD,
    "ref.duplicate": MUST,
    "ref.duplicate-any-payload": MUST,
    "ref.duplicate-when-drained": MUST,
    "ref.remembered": SHOULD,
    "ref.refused-stays-free": SHOULD,
    "ref.exact": SHOULD,
    "ref.lost-response": MUST,
    "race.same-ref": MUST,
    "race.no-overdraft": MUST,
    "race.linearizable": MUST,
    "race.no-false-refusal": SHOULD,
    "input.missing-field": MUST,
    "input.wrong-type": MUST,
    "input.coercion": SHOULD,
    "input.negative": MUST,
    "input.zero": SHOULD,
    "input.not-json": MUST,
    "input.empty-ref": SHOULD,
    "input.no-effect": MUST,
    "http.no-5xx": MUST,
    "http.method": SHOULD,
    "http.json-errors": SHOULD,
    "schema.responses": MUST,
}

# The clauses of the provisional operations.
PROVISIONAL = {
    "credit.exact": MUST,
    "credit.duplicate": MUST,
    "credit.invalid": MUST,
    "credit.wrong-key": MUST,
    "plan.applied": MUST,
    "plan.not-found": MUST,
}

# What falls together, for faults to name. Each group has the clauses whose
# sentence is no longer true, and those that can no longer be seen to be true.

# Clauses whose tests read a balance.
READ_A_BALANCE = tuple(
    clause
    for clause in CLAUSES
    if clause.startswith(("check.", "balance.", "debit.", "ref.", "race.", "input."))
    or clause in {"auth.no-effect", "schema.responses"}
)

# A used ref is treated as a fresh one.
DUPLICATES = (
    "ref.duplicate",
    "ref.duplicate-any-payload",
    "ref.duplicate-when-drained",
    "ref.remembered",
    "ref.lost-response",
    "race.same-ref",
    "race.linearizable",
    "balance.read-only",
    "schema.responses",
)

# A debit that has to succeed does not, or not as documented.
FRESH_DEBITS = tuple(
    clause
    for clause in READ_A_BALANCE
    if clause.startswith(("debit.", "ref.", "race."))
    or clause in {"auth.no-effect", "input.no-effect", "schema.responses"}
)

# Debits succeed, but the balance they answer or leave is not the right one.
ARITHMETIC = (
    "check.verdict",
    "check.spends-nothing",
    "balance.read-only",
    "debit.exact",
    "debit.decimal",
    "debit.visible",
    "debit.whole-balance",
    "debit.insufficient",
    "race.linearizable",
    "race.no-overdraft",
    "race.no-false-refusal",
)

# The last of the money cannot be spent.
NEVER_DRAINED = (
    "check.spends-nothing",
    "debit.shape",
    "debit.whole-balance",
    "debit.decimal",
    "ref.duplicate-when-drained",
    "race.no-overdraft",
    "race.no-false-refusal",
    "race.linearizable",
    "schema.responses",
)

# More is spent than there is.
OVERDRAFT = (
    "debit.insufficient",
    "debit.never-negative",
    "ref.refused-stays-free",
    "race.no-overdraft",
    "race.no-false-refusal",
    "race.linearizable",
    "schema.responses",
)

# Simultaneous debits do not all count. A debit whose client hangs up is still being made when the
# next one comes, so that such debits are simultaneous too.
LOST_UPDATE = (
    "ref.lost-response",
    "debit.exact",
    "debit.visible",
    "race.no-overdraft",
    "race.no-false-refusal",
    "race.linearizable",
)

# A check's balance is missing, unreadable or another one.
CHECK_UNREADABLE = (
    "check.agrees",
    "check.verdict",
    "check.spends-nothing",
    "balance.read-only",
    "debit.visible",
    "race.linearizable",
    "schema.responses",
)

# A receipt's balance is missing, unreadable or another one.
RECEIPT_UNREADABLE = (
    "debit.exact",
    "debit.decimal",
    "debit.whole-balance",
    "debit.never-negative",
    "ref.duplicate-when-drained",
    "race.no-overdraft",
    "race.no-false-refusal",
    "race.linearizable",
    "schema.responses",
)
