"""The billing API without a transport."""
