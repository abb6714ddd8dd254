"""Workflows of GitHub, run on this machine: every shell step as it is, every action by a named stand-in."""
