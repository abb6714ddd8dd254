"""The registries of the simulated clouds: HTTPS under their real host names, in front of the sandbox's own registry."""
