"""`python -m billing_verify URL` is `billing-verify URL`."""

from billing_verify.cli import main

if __name__ == "__main__":
    main()
