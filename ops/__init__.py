"""`python -m ops`: what is run by hand or by a script, outside of a deployment."""
