"""Run `billing-mock` as `python -m billing_mock`."""

from billing_mock.cli import main

if __name__ == "__main__":
    main()
