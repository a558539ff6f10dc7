"""Recorded histories of concurrent requests, and their checker. Imports neither HTTP nor pytest."""
