"""Docker engines that give one answer, each behind a socket of its own."""

import socket
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
_PATIENCE = 2.0


@contextmanager
def engine(path: Path, *answers: bytes) -> Generator[str]:
    """An engine at a socket's path (107 bytes at most); gives its `DOCKER_HOST`."""
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()
        server.settimeout(_PATIENCE)  # an engine that nobody asks is a failed test, not one that never ends

        def serve() -> None:
            for each in answers:
                try:
                    stream, _ = server.accept()
                except TimeoutError:
                    return
                with stream:
                    stream.recv(1000)
                    stream.sendall(each)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            thread.join()
