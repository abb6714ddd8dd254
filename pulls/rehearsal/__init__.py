"""The rehearsal of a pull, before anything changes."""
