"""Whether the certificates of an Ingress are there and for its hosts. Pure: certificates are public texts."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pulls.edge.objects import Edge, secrets
from pulls.kubelet.objects import Json, namespace, part

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_CERT_MANAGER = "cert-manager.io/"
_NAMES_SHOWN = 5


def broken_certificates(ingress: Json, edge: Edge) -> list[str]:
    """What is wrong with the Secrets of its `tls`; nothing where all is well, or they may not be read."""
    return [said for called, hosts in secrets(ingress) for said in _broken(ingress, called, hosts, edge)]


def _broken(ingress: Json, called: str, hosts: Sequence[str], edge: Edge) -> Iterator[str]:
    place = namespace(ingress), called
    if place not in edge.certificates:
        return
    pem = edge.certificates[place]
    if pem is None:
        asked = any(key.startswith(_CERT_MANAGER) for key in part(ingress, "metadata", "annotations"))
        if not (asked and edge.is_young(ingress)):
            yield f"no Secret {called!r}{', which cert-manager should make' if asked else ''}"
    elif not pem:
        yield f"Secret {called!r} is no TLS secret: tls.crt or tls.key is missing in it"
    else:
        yield from _of_certificate(pem, called, hosts, edge.taken_at)


def _of_certificate(pem: str, called: str, hosts: Sequence[str], now: datetime | None) -> Iterator[str]:
    from cryptography import x509  # noqa: PLC0415 - takes long, and most Ingresses have none

    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        names = _names(certificate)
    except ValueError:
        yield f"tls.crt in Secret {called!r} is no certificate"
        return
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now is not None and end < now:
        yield f"the certificate in Secret {called!r} is over since {end:%Y-%m-%d}"
    if now is not None and begin > now:
        yield f"the certificate in Secret {called!r} is valid from {begin:%Y-%m-%d} on"
    if left := [each for each in hosts if not any(_covers(one, each) for one in names)]:
        shown = ", ".join(names[:_NAMES_SHOWN]) or "no host"
        yield f"the certificate in Secret {called!r} is for {shown}, and not for {', '.join(left)}"


def _names(certificate: "Certificate") -> list[str]:
    """Of hosts; clients look at nothing else (RFC 9525)."""
    from cryptography import x509  # noqa: PLC0415 - see above

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return found.value.get_values_for_type(x509.DNSName)


def _covers(pattern: str, host: str) -> bool:
    """A `*` stands for exactly one label, the first one (RFC 9525, 6.3)."""
    wanted, given = host.lower(), pattern.lower()
    if wanted == given:
        return True
    return given.startswith("*.") and wanted.partition(".")[2] == given[2:] and not wanted.startswith("*")
