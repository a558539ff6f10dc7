"""`python -m billing_mock` is `billing-mock`."""

from billing_mock.cli import main

if __name__ == "__main__":
    main()
