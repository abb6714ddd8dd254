"""The file with the public key that an image of a stack must be signed with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from components.private_keys import HEAD, holds_der_key, holds_private_key
from components.settings_image import SourceSettings
from components.stack_file import Problem, StackFile, path_text

SETTING = ("image", "signature", "publicKey")
_MAKE = "cosign generate-key-pair  # makes cosign.key, which stays out of the repository, and cosign.pub"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class SigningKey:
    """A key that an image must be signed with.

    Attributes:
        file: as the stack file names it.
        setting: the key of the stack file that names it.
        text: what is in the file.
    """

    file: str
    setting: str
    text: bytes


def key_problems(image: object, root: Path, stack: StackFile) -> list[Problem]:
    """What is wrong with the key that an `image` object of a stack file names; wrong types are not its business."""
    file = _named(image)
    if not file:
        return []
    off = f"{stack.remove(SETTING[:2])}  # if nothing is signed"
    try:
        text = _read(root / file)
    except (OSError, ValueError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else _short(error)
        return [Problem(SETTING, f"{file}: {reason}", (_MAKE, off))]
    if holds_private_key(text) or holds_der_key(text):
        reason = "is a private key: only who signs may have it, and this must be its public half"
        public = f"{Path(file).stem}.pub"
        commands = (f"cosign public-key --key {file} --outfile {public}", stack.set(SETTING, public))
        return [Problem(SETTING, f"{file}: {reason}", commands)]
    if _CERTIFICATE in text:
        public = f"{Path(file).stem}.pub"
        commands = (f"openssl x509 -in {file} -pubkey -noout > {public}", stack.set(SETTING, public))
        return [Problem(SETTING, f"{file}: is a certificate, and the key alone is needed", commands)]
    wrong = _fault(text)
    return [] if wrong is None else [Problem(SETTING, f"{file}: {wrong}", (_MAKE, off))]


def signing_key(image: SourceSettings | None, root: Path) -> SigningKey | None:
    """The key of an image whose settings were found to be right; None if it need not be signed.

    Args:
        image: its settings; None if there is no such image.
        root: the project's folder.
    """
    if image is None or image.signature is None:
        return None
    file = image.signature.public_key
    return SigningKey(file, f"{image.KEY}.{path_text(SETTING[1:])}", _read(root / file))


def described(key: SigningKey) -> dict[str, str]:
    """The key as a stack's state has it: file, and SHA-256 of its DER form (`openssl pkey -pubin -outform DER`).

    Args:
        key: that was found to be right.
    """
    from pulls.signature_key import public_key  # noqa: PLC0415 - only who asks for signatures waits

    return {"publicKey": key.file, "sha256": public_key(key.text).fingerprint}


def _named(image: object) -> str | None:
    signature = _object(image).get("signature")
    file = _object(signature).get("publicKey")
    return file if isinstance(file, str) else None


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD)


def _short(error: OSError | ValueError) -> str:
    return (error.strerror or "cannot be read").lower() if isinstance(error, OSError) else "is no path"


def _fault(text: bytes) -> str | None:
    from pulls.signature_key import InvalidKeyError, public_key  # noqa: PLC0415 - only who asks for signatures waits

    try:
        public_key(text)
    except InvalidKeyError as error:
        return str(error)
    return None
