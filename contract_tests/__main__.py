"""`python -m contract_tests URL` is `billing-verify URL`."""

from contract_tests.harness.cli import main

if __name__ == "__main__":
    main()
