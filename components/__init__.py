"""What the program deploys, for `__main__.py` and for any other Pulumi program in Python."""
