"""Simulated services for a machine that reaches no public registry: images that speak the real ones' APIs."""
