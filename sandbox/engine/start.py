"""Starts one part: `python -I start.py language_host|docker_provider ENGINE_ADDRESS`.

The parts speak the engine's protocol and need nothing else of the SDK, whose `import pulumi` takes a second.
Two stand-in packages lead past the SDK's `__init__` files straight to the protocol's generated modules.
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Import the part that the first argument names and run its `main` with the rest."""
    sys.path[:] = [str(_CHECKOUT), *(folder for folder in sys.path if folder != str(Path(__file__).parent))]
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{sys.executable} has no pulumi; type: pip install -r requirements-dev.txt")
    folder = Path(next(iter(spec.submodule_search_locations)))
    for name, place in (("pulumi", folder), ("pulumi.runtime", folder / "runtime")):
        module = types.ModuleType(name)
        module.__path__ = [str(place)]
        sys.modules[name] = module
    part = importlib.import_module(f"sandbox.engine.{sys.argv[1]}")
    part.main(sys.argv[2:])


if __name__ == "__main__":
    main()
