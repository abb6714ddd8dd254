"""Simulated clouds: providers that the real engine drives, registries that judge, nodes that log in; no account."""
