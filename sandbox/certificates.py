"""The embedded cluster's own authority: certificates for its servers and for who talks to them."""

import base64
import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.state import private_file, private_json

_YEARS = timedelta(days=3650)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _name(common_name: str, organization: str | None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _load(certificate_file: Path, key_file: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """A certificate and its key, or None where one is missing, broken or does not belong to the other."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    key = _load_key(key_file)
    return (certificate, key) if key is not None and certificate.public_key() == key.public_key() else None


def _load_key(file: Path) -> ec.EllipticCurvePrivateKey | None:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None


class Authority:
    """Signs certificates; made once and kept in `folder` as `ca.pem` and `ca-key.pem`, made anew if either is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate_file = folder / "ca.pem"
        key_file = folder / "ca-key.pem"
        self._certificate, self._key = _load(self.certificate_file, key_file) or self._make(key_file)

    def _make(self, key_file: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("sandbox", None)
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + _YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        private_file(key_file, _pem(key))
        private_file(self.certificate_file, certificate.public_bytes(serialization.Encoding.PEM).decode())
        return certificate, key

    def issue(
        self, file_name: str, common_name: str, *, organization: str | None = None, hosts: Sequence[str] = ()
    ) -> tuple[Path, Path]:
        """A certificate and key for a server (`hosts`) and client at once.

        Kept; made when one of the two is missing, or when an authority that is gone signed it.

        Returns:
            The files `<file_name>.pem` and `<file_name>-key.pem`.
        """
        certificate_file, key_file = self.folder / f"{file_name}.pem", self.folder / f"{file_name}-key.pem"
        kept = _load(certificate_file, key_file)
        if kept is not None and self._signed(kept[0]):
            return certificate_file, key_file
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name, organization))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + _YEARS)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        )
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False
            )
        signed = builder.sign(self._key, hashes.SHA256())
        private_file(key_file, _pem(key))
        private_file(certificate_file, signed.public_bytes(serialization.Encoding.PEM).decode())
        return certificate_file, key_file

    def _signed(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self._certificate)
        except (ValueError, InvalidSignature):
            return False
        return True

    def kubeconfig(self, path: Path, server: str, common_name: str, organization: str | None = None) -> Path:
        """Write a kubeconfig with one context, `sandbox`, for this identity (mode 0600)."""
        certificate, key = self.issue(f"client-{path.stem}", common_name, organization=organization)

        def encoded(file: Path) -> str:
            return base64.b64encode(file.read_bytes()).decode()

        cluster = {"server": server, "certificate-authority-data": encoded(self.certificate_file)}
        user = {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}
        private_json(  # JSON is YAML
            path,
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "sandbox", "cluster": cluster}],
                "users": [{"name": "sandbox", "user": user}],
                "contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": "sandbox"}}],
                "current-context": "sandbox",
            },
        )
        return path


def service_account_keys(folder: Path) -> tuple[Path, Path]:
    """Public and private key that service account tokens are signed with.

    The private key is kept, and made when missing. The public one always follows from it, so tokens stay valid when
    it is lost.
    """
    public, private = folder / "service-account.pub", folder / "service-account.key"
    key = _load_key(private)
    if key is None:
        key = ec.generate_private_key(ec.SECP256R1())
        private_file(private, _pem(key))
    encoded = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    if not public.exists() or public.read_text() != encoded:
        private_file(public, encoded)
    return public, private
