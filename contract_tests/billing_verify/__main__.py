"""Run the command: `python -m billing_verify URL` is the same as `billing-verify URL`."""

from billing_verify.cli import main

if __name__ == "__main__":
    main()
