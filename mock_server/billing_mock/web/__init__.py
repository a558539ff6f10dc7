"""The Flask application, its pages, and a faster path for the documented operations."""
