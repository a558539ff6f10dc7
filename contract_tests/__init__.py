"""The contract tests: what a billing service promises, clause by clause, proven against a deployment."""
