"""In place of `cosign` on a machine without it: signs an image in a registry, in the form that cosign's newest has.

    python -m tests.e2e.cosign_program signing-config create --out FILE
    python -m tests.e2e.cosign_program sign --key env://NAME --signing-config FILE --yes IMAGE

The private key is in PEM and not encrypted, which is no form of cosign's.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.e2e.signer import attach


def main(words: Sequence[str]) -> None:
    """Do what the words say.

    Raises:
        SystemExit: they say something else.
    """
    match words:
        case ["signing-config", "create", "--out", file]:
            Path(file).write_text("{}")
        case ["sign", "--key", key, "--signing-config", file, "--yes", image]:
            assert Path(file).read_text() == "{}"
            private = load_pem_private_key(os.environ[key.removeprefix("env://")].encode(), None)
            assert isinstance(private, ec.EllipticCurvePrivateKey)
            config = Path(os.environ["DOCKER_CONFIG"], "config.json")
            attach(image, private, "bundle", json.loads(config.read_text())["auths"])
        case _:
            sys.exit(f"cosign: {' '.join(words)} is not what the stand-in knows")


if __name__ == "__main__":
    main(sys.argv[1:])
