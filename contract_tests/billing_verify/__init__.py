"""The machinery under the contract tests. It never imports the mock."""
