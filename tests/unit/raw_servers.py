"""Servers that are no registries, and certificates that nobody or only a test trusts."""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Serve = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def raw_server(serve: Serve) -> Generator[str]:
    """A server of bytes; `serve` gets each connection, and an event that is set when the test ends. Gives its host."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def connection(taken: socket.socket) -> None:
            with taken, contextlib.suppress(OSError):
                serve(taken, ended)

        def accept() -> None:
            while not ended.is_set():
                taken, _ = listener.accept()
                threading.Thread(target=connection, args=(taken,), daemon=True).start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield host
        finally:
            ended.set()
            socket.create_connection(listener.getsockname()).close()
            accepting.join()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its key in one file."""

    file: Path

    @property
    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def certificate(folder: Path, *, address: str = "127.0.0.1", days: int = 1) -> Certificate:
    """A certificate for an address; one of -1 days ended yesterday."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{address}-{days}.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return Certificate(file)
