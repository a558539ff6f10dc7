"""Histories of concurrent requests and their checker. Knows neither HTTP nor pytest."""
