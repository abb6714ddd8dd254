"""Certificates for the fault registry: one that a node may trust, and ones that it must not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)
# With an address among them, or else Go says of 127.0.0.1 that there is none instead of which there are.
_OTHERS = ("other.example.com", "192.0.2.1")


class Kind(StrEnum):
    """What is wrong with a certificate. GOOD is for who has its authority; who has not finds it unknown."""

    GOOD = "good"
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"


@dataclass(frozen=True)
class Certificate:
    """Files of a server's certificate and key, and of the authority that a client would have to trust for it."""

    certificate: Path
    key: Path
    authority: Path


def issue(folder: Path, kind: Kind = Kind.GOOD, names: tuple[str, ...] = ("127.0.0.1", "localhost")) -> Certificate:
    """Make a certificate for these names; the files are in `folder`, named after the kind.

    With `WRONG_NAME` it is for another name and address. A self-signed one has an authority that did not sign it.
    """
    authority = _Signer.new("fault authority")
    named = _OTHERS if kind is Kind.WRONG_NAME else names
    own = _Signer.new(named[0])
    signer = own if kind is Kind.SELF_SIGNED else authority
    end = datetime.now(UTC) + (-_DAY if kind is Kind.EXPIRED else _DAY)
    files = Certificate(*(folder / f"{kind}{ending}" for ending in (".pem", "-key.pem", "-ca.pem")))
    folder.mkdir(parents=True, exist_ok=True)
    files.certificate.write_bytes(signer.sign(own, end, named))
    files.key.touch(mode=0o600)
    files.key.write_bytes(own.pem)
    files.authority.write_bytes(authority.sign(authority, datetime.now(UTC) + _DAY, ()))
    return files


@dataclass(frozen=True)
class _Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, name: str) -> "_Signer":
        return cls(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), ec.generate_private_key(ec.SECP256R1()))

    @property
    def pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def sign(self, subject: "_Signer", end: datetime, names: tuple[str, ...]) -> bytes:
        """A certificate for a server of these names, or for an authority where there are none."""
        public = subject.key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject.name)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - 2 * _DAY)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
