"""The Python language host and the docker provider for a Pulumi that was built from Go modules.

The official ones come with Pulumi's own releases only, so an engine that was built here has neither. These
take the same inputs, make the same checks and show the same previews.
"""
