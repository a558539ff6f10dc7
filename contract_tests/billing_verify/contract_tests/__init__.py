"""The contract tests, in an installed package; a checkout has them around billing_verify.

A package, so that `pytest --pyargs billing_verify.contract_tests` finds it, and its files have names of
their own beside the user's: billing_verify.contract_tests.test_debit is not test_debit.
"""
