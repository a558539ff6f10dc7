"""What an answer must be."""
