"""The Python language host and the docker provider for a Pulumi that was built from Go modules.

The official ones come with Pulumi's own releases only, so an engine that was built here has neither. These
take the same inputs, make the same checks and show the same previews.

What they follow, and the SDK that the program pins in requirements.txt, which they must fit:

    pulumi/pulumi-docker at 237b7899 (2026-08-14, after v5.1.0); the program has pulumi-docker 5.2.0
    pulumi/pulumi at 1b594989 (2026-08-21, after v3.259.0); the program has pulumi 3.272.0

Both SDKs are newer than what was read. Of the language host's protocol, 3.272.0 changed only requests for code
generation, which is not here; of an image's inputs, 5.2.0 changed none. Whoever changes a pin looks again.
"""
