"""The places the app can run: one file for each, and the contract they all fill."""
