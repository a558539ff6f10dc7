"""`python -m billing_audit HISTORY` is `billing-audit HISTORY`."""

from billing_audit.cli import main

if __name__ == "__main__":
    main()
