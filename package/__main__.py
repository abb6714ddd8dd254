"""Started by Pulumi as `python package ENGINE_ADDRESS`: serves the package until Pulumi ends it."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python put this folder first; the component lies beside it, in the same checkout.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from package.provider import serve

    serve()
