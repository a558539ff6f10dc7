"""How a mock is set up."""
