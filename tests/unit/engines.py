"""Docker engines that give one answer, each behind a socket of its own."""

import socket
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


@contextmanager
def engine(path: Path, *answers: bytes) -> Generator[str]:
    """An engine at a socket's path (107 bytes at most); gives its `DOCKER_HOST`."""
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            for each in answers:
                stream, _ = server.accept()
                with stream:
                    stream.recv(1000)
                    stream.sendall(each)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"unix://{path}"
        thread.join()
