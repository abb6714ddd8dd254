"""Faults of pulling an image, injected into the real thing."""
