"""The embedded cluster's certificates: real keys, real TLS connections, and what happens when a file is lost."""

import base64
import json
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.certificates import Authority, service_account_keys

_HOSTS = ["127.0.0.1", "kubernetes.default.svc"]


def _lose(file: Path) -> None:
    file.unlink()


def _spoil(file: Path) -> None:
    file.write_text("not a PEM file")


def _empty(file: Path) -> None:
    file.write_text("")


@pytest.mark.parametrize("host", _HOSTS)
def test_a_client_that_trusts_the_authority_talks_to_its_server(tmp_path: Path, host: str) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("apiserver", "apiserver", hosts=_HOSTS)
    client = authority.issue("health", "sandbox-health")
    assert _peer_seen_by_server(authority, server=files, client=client, host=host) == "sandbox-health"


def test_a_client_does_not_believe_a_server_of_another_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("apiserver", "apiserver", hosts=_HOSTS)
    client = authority.issue("health", "sandbox-health")
    with pytest.raises(ssl.SSLCertVerificationError, match="another"):
        _peer_seen_by_server(authority, server=files, client=client, host="another.svc")


def test_a_server_does_not_believe_a_client_of_another_authority(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ours")
    files = authority.issue("apiserver", "apiserver", hosts=_HOSTS)
    stranger = Authority(tmp_path / "theirs").issue("health", "sandbox-health")
    with pytest.raises(ssl.SSLError):
        _peer_seen_by_server(authority, server=files, client=stranger, host=_HOSTS[0])


def test_everything_is_kept_over_restarts(tmp_path: Path) -> None:
    Authority(tmp_path).issue("etcd", "etcd", hosts=_HOSTS)
    service_account_keys(tmp_path)
    before = _contents(tmp_path)
    Authority(tmp_path).issue("etcd", "etcd", hosts=_HOSTS)
    service_account_keys(tmp_path)
    assert _contents(tmp_path) == before
    assert len(before) == 6


def test_only_the_owner_can_read_a_key(tmp_path: Path) -> None:
    Authority(tmp_path).issue("etcd", "etcd")
    service_account_keys(tmp_path)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir() if "key" in file.name}
    assert modes == {"ca-key.pem": 0o600, "etcd-key.pem": 0o600, "service-account.key": 0o600}


@pytest.mark.parametrize("damage", [_lose, _spoil, _empty])
@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem"])
def test_an_authority_without_one_of_its_files_is_made_anew_with_all_it_signed(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    Authority(tmp_path).issue("etcd", "etcd", hosts=_HOSTS)
    damage(tmp_path / name)
    authority = Authority(tmp_path)
    files = authority.issue("etcd", "etcd", hosts=_HOSTS)
    assert _peer_seen_by_server(authority, server=files, client=files, host=_HOSTS[0]) == "etcd"


def test_a_key_of_another_authority_is_not_taken_for_ours(tmp_path: Path) -> None:
    Authority(tmp_path / "ours")
    Authority(tmp_path / "theirs")
    (tmp_path / "theirs" / "ca-key.pem").replace(tmp_path / "ours" / "ca-key.pem")
    authority = Authority(tmp_path / "ours")
    files = authority.issue("etcd", "etcd", hosts=_HOSTS)
    assert _peer_seen_by_server(authority, server=files, client=files, host=_HOSTS[0]) == "etcd"


@pytest.mark.parametrize("damage", [_lose, _spoil, _empty])
@pytest.mark.parametrize("name", ["etcd.pem", "etcd-key.pem"])
def test_a_certificate_without_one_of_its_files_is_made_anew(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("etcd", "etcd", hosts=_HOSTS)
    damage(tmp_path / name)
    assert authority.issue("etcd", "etcd", hosts=_HOSTS) == files
    assert _peer_seen_by_server(authority, server=files, client=files, host=_HOSTS[0]) == "etcd"


def test_a_certificate_that_another_authority_signed_is_replaced(tmp_path: Path) -> None:
    certificate, _ = Authority(tmp_path).issue("etcd", "etcd")
    for name in ("ca.pem", "ca-key.pem"):
        (tmp_path / name).unlink()
    authority = Authority(tmp_path)
    authority.issue("etcd", "etcd")
    ca = x509.load_pem_x509_certificate(authority.certificate_file.read_bytes())
    x509.load_pem_x509_certificate(certificate.read_bytes()).verify_directly_issued_by(ca)


@pytest.mark.parametrize("damage", [_lose, _spoil, _empty])
@pytest.mark.parametrize("name", ["service-account.pub", "service-account.key"])
def test_the_service_account_keys_belong_together_whichever_was_lost(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    service_account_keys(tmp_path)
    damage(tmp_path / name)
    public, private = service_account_keys(tmp_path)
    assert _public_of(private) == serialization.load_pem_public_key(public.read_bytes())


def test_tokens_stay_valid_when_only_the_public_key_was_lost(tmp_path: Path) -> None:
    public, private = service_account_keys(tmp_path)
    before = private.read_bytes()
    public.unlink()
    service_account_keys(tmp_path)
    assert private.read_bytes() == before


def test_a_kubeconfig_acts_as_its_user_in_its_group(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "certificates")
    path = authority.kubeconfig(tmp_path / "kubeconfig", "https://127.0.0.1:6443", "sandbox-admin", "system:masters")
    assert path.stat().st_mode & 0o777 == 0o600
    config = json.loads(path.read_text())
    assert config["current-context"] == config["contexts"][0]["name"] == "sandbox"
    assert config["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443"
    ca = x509.load_pem_x509_certificate(
        base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"])
    )
    certificate = x509.load_pem_x509_certificate(
        base64.b64decode(config["users"][0]["user"]["client-certificate-data"])
    )
    certificate.verify_directly_issued_by(ca)
    # Kubernetes reads the user from the common name and the groups from the organizations.
    assert _attribute(certificate.subject, NameOID.COMMON_NAME) == "sandbox-admin"
    assert _attribute(certificate.subject, NameOID.ORGANIZATION_NAME) == "system:masters"


def _peer_seen_by_server(
    authority: Authority, *, server: tuple[Path, Path], client: tuple[Path, Path], host: str
) -> str:
    """The common name that a server sees of its client, after a whole TLS handshake in memory."""
    of_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate_file)
    of_server.verify_mode = ssl.CERT_REQUIRED
    of_server.load_cert_chain(*server)
    of_client = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=authority.certificate_file)
    of_client.load_cert_chain(*client)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        of_client.wrap_bio(down, up, server_hostname=host),
        of_server.wrap_bio(up, down, server_side=True),
    ]
    for _ in range(10):
        for end in list(ends):
            if _handshake(end):
                ends.remove(end)
                if end.server_side:
                    peer = end.getpeercert(binary_form=True)
                    assert peer is not None
                    return _attribute(x509.load_der_x509_certificate(peer).subject, NameOID.COMMON_NAME)
    message = "the handshake does not end"
    raise AssertionError(message)


def _handshake(end: ssl.SSLObject) -> bool:
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _public_of(private: Path) -> ec.EllipticCurvePublicKey:
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.public_key()


def _attribute(name: x509.Name, kind: x509.ObjectIdentifier) -> str:
    (attribute,) = name.get_attributes_for_oid(kind)
    return str(attribute.value)
