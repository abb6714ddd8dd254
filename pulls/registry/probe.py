"""What a port speaks, when it does not speak what it was asked in. Sends no credentials."""

import socket
import ssl

_ENOUGH = 4096


def speaks_http(host: str, port: int, seconds: float) -> bool:
    """Whether plain HTTP is answered in HTTP; a server of TLS that says so in HTTP does not count."""
    try:
        with socket.create_connection((host, port), seconds) as connection:
            connection.sendall(f"GET /v2/ HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while len(answer) < _ENOUGH and (part := connection.recv(_ENOUGH)):
                answer += part
    except (OSError, ValueError):
        return False
    return answer.startswith(b"HTTP/") and b"HTTPS" not in answer


def speaks_tls(host: str, port: int, seconds: float) -> bool:
    """Whether a TLS handshake is answered, with whatever certificate."""
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE  # nothing is sent and nothing believed
    try:
        with socket.create_connection((host, port), seconds) as connection, anyone.wrap_socket(connection):
            return True
    except (OSError, ValueError):
        return False
