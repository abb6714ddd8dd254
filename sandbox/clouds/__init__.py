"""Simulated clouds: what they know of the real ones' resources. No provider stands yet."""
