"""`python -m sandbox.services` pushes the simulated services and prints what points the stack `local` to them."""

import sys

from sandbox.errors import COMMAND, SandboxError
from sandbox.services import images
from sandbox.site import Site
from sandbox.state import default_state

_KEYS = {"ollama": "llm", "qdrant": "vectors", "jaeger": "traces"}


def main() -> int:
    """Do it; the exit code."""
    state = default_state()
    try:
        record = state.read()
        if record is None:
            message = f"no sandbox runs here; type: {COMMAND} up"
            raise SandboxError(message)
        found = images.up(Site(state, record, {}))
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("# Simulated: they speak the ports and paths of the real ones, and no model thinks.")
    for name, key in _KEYS.items():
        print(f"pulumi config set --path services.{key}.image {found[name]} -s local")
        print(f"pulumi config set --path services.{key}.mode in-cluster -s local")
        print(f"pulumi config set --path services.{key}.resources.limits.memory 256Mi -s local")
        print(f"pulumi config set --path services.{key}.resources.requests.cpu 50m -s local")
    return 0


if __name__ == "__main__":
    sys.exit(main())
