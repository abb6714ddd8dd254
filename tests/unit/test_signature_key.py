"""The file with the key that images must be signed with: what is taken, and what is told of the rest."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from components.cli_stack_file import CliStackFile
from components.settings_image import ImageSettings
from components.signature_key import SigningKey, described, key_problems, signing_key
from components.stack_file import Problem, StackFile
from pulls.signature_key import public_key
from tests import signing
from tests.stack_files import ROOT

STACK = StackFile("local")
KEY = signing.new_key()
PEM = signing.public_pem(KEY)
OFF = "pulumi config rm --path image.signature -s local  # if nothing is signed"
MAKE = "cosign generate-key-pair  # makes cosign.key, which stays out of the repository, and cosign.pub"


def named(file: object) -> dict[str, object]:
    return {"signature": {"publicKey": file}}


def one(root: Path, text: bytes, file: str = "cosign.pub") -> Problem:
    (root / file).write_bytes(text)
    (problem,) = key_problems(named(file), root, STACK)
    assert problem.path == ("image", "signature", "publicKey")
    return problem


@pytest.mark.parametrize("around", [b"", b"\n", b"# the team's key\n"])
def test_a_key_as_cosign_writes_it_is_no_mistake(tmp_path: Path, around: bytes) -> None:
    (tmp_path / "cosign.pub").write_bytes(around + PEM.replace(b"\n", b"\r\n") + around)
    assert key_problems(named("cosign.pub"), tmp_path, STACK) == []
    assert key_problems(named(str(tmp_path / "cosign.pub")), Path("/nowhere"), STACK) == []


@pytest.mark.parametrize(
    "image", [None, [], "x", {}, {"signature": None}, {"signature": "x"}, {"signature": {}}, named(None), named(3)]
)
def test_wrong_types_are_left_to_those_who_check_types(tmp_path: Path, image: object) -> None:
    assert key_problems(image, tmp_path, STACK) == []


def test_a_file_that_is_not_there_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    (problem,) = key_problems(named("keys/cosign.pub"), tmp_path, STACK)
    assert problem.message == "keys/cosign.pub: there is no such file"
    assert problem.commands == (MAKE, OFF)


@pytest.mark.parametrize(("file", "said"), [("folder", "folder: is a directory"), ("a\0b", "a\0b: is no path")])
def test_what_cannot_be_read_is_told(tmp_path: Path, file: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (problem,) = key_problems(named(file), tmp_path, STACK)
    assert problem.message == said


@pytest.mark.parametrize(
    "text",
    [
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\neyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6\n",
        b"-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\neyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6\n",
        PEM + KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ],
    ids=["pkcs8", "sec1", "der", "sigstore", "cosign", "both"],
)
def test_a_private_key_is_refused_and_never_printed(tmp_path: Path, text: bytes) -> None:
    problem = one(tmp_path, text, "cosign.key")
    assert problem.message.startswith("cosign.key: is a private key: only who signs may have it")
    assert problem.commands == (
        "cosign public-key --key cosign.key --outfile cosign.pub",
        "pulumi config set --path image.signature.publicKey cosign.pub -s local",
    )
    shown = str(problem).encode()
    assert not [line for line in text.splitlines() if len(line) > 30 and line in shown]


def test_a_certificate_is_told_with_how_its_key_is_taken_out(tmp_path: Path) -> None:
    problem = one(tmp_path, b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "team.crt")
    assert problem.message == "team.crt: is a certificate, and the key alone is needed"
    assert problem.commands[0] == "openssl x509 -in team.crt -pubkey -noout > team.pub"


@pytest.mark.parametrize(
    "text",
    [b"", b"garbage", b"\xff\xfe\0", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", PEM[:60], PEM.replace(b"M", b"!", 1)],
)
def test_what_is_no_key_is_told(tmp_path: Path, text: bytes) -> None:
    problem = one(tmp_path, text)
    assert problem.message == "cosign.pub: is no public key in PEM form (-----BEGIN PUBLIC KEY-----)"
    assert problem.commands == (MAKE, OFF)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (ec.generate_private_key(ec.SECP256K1()), "is a key of another kind than ECDSA"),
        (ed448.Ed448PrivateKey.generate(), "is a key of another kind than ECDSA"),
        (rsa.generate_private_key(65537, 1024), "is an RSA key of 1024 bits, which is too short: 2048 at least"),  # noqa: S505
    ],
    ids=["curve", "ed448", "short"],
)
def test_a_key_that_nothing_is_checked_with_is_told(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey, said: str
) -> None:
    text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert f"cosign.pub: {said}" in one(tmp_path, text).message


def test_what_is_said_of_the_clis_key_is_said_of_the_cli(tmp_path: Path) -> None:
    (problem,) = key_problems(named("cosign.key"), tmp_path, CliStackFile("local"))
    assert problem.commands[1] == "pulumi config rm --path cli.image.signature -s local  # if nothing is signed"


def test_the_key_of_an_image_is_read_where_the_stack_file_says(tmp_path: Path) -> None:
    (tmp_path / "cosign.pub").write_bytes(PEM)
    image = ImageSettings.model_validate({"repository": "web", "digest": f"sha256:{'1' * 64}", **named("cosign.pub")})
    found = signing_key(image, tmp_path)
    assert found == SigningKey("cosign.pub", "image.signature.publicKey", PEM)
    assert found is not None
    assert public_key(found.text).made(signing.sign(KEY, b"x"), b"x")
    assert signing_key(image.model_copy(update={"signature": None}), tmp_path) is None
    assert signing_key(None, tmp_path) is None


def test_who_asks_for_no_signature_loads_nothing_for_it() -> None:
    script = "import sys, components.app_image, components.cli, components.platforms.local; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"cryptography", "pulls.signature", "pulls.signature_key"} & set(found.stdout.split())


def test_the_state_has_the_file_and_the_same_fingerprint_on_every_machine() -> None:
    seen = [described(SigningKey("cosign.pub", "image", text)) for text in (PEM, PEM.replace(b"\n", b"\r\n"))]
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert seen == [{"publicKey": "cosign.pub", "sha256": hashlib.sha256(der).hexdigest()}] * 2
