"""The second witness: what a registry itself says."""
