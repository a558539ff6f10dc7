"""What the operator asked for: options, settings files and profiles."""
