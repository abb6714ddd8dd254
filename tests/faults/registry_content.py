"""What is behind a repository: an image from memory, or another registry's."""

import base64
import http.client
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.faults.images import Image
from tests.faults.registry_answers import BLOB_UNKNOWN, MANIFEST_UNKNOWN, Answer
from tests.faults.registry_requests import Login, Part, Request

_CHUNK = 1 << 16
_ANSWER_SECONDS = 30
_KEPT = ("Content-Type", "Content-Range", "Accept-Ranges", "Docker-Content-Digest", "Etag", "Location")
_SENT = ("accept", "range", "if-none-match")


@dataclass(frozen=True)
class Content:
    """Content on its way: `length` bytes of it (None: unknown), the first of which is the `start`-th of the whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    chunks: Iterator[bytes]
    length: int | None
    start: int = 0

    @property
    def whole(self) -> int | None:
        """Bytes of the whole content; for a range, those up to its end."""
        return None if self.length is None else self.start + self.length


@dataclass(frozen=True)
class Upstream:
    """A registry that the pulls go on to: `http://127.0.0.1:5000`, and its Basic login."""

    url: str
    login: Login | None = None

    @contextmanager
    def content(self, request: Request, repository: str, headers: Mapping[str, str]) -> Generator[Content]:
        """Its answer, on a connection of its own.

        Raises:
            OSError: it cannot be reached; http.client.HTTPException: it does not speak HTTP.
        """
        url = urlsplit(self.url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=_ANSWER_SECONDS)
        try:
            connection.request(request.method, _path(request, repository), headers=self._headers(headers))
            response = connection.getresponse()
            kept = tuple((name, value) for name in _KEPT if (value := response.getheader(name)) is not None)
            promised = response.getheader("Content-Length")
            length = None if promised is None else int(promised)
            begun = re.match(r"bytes (\d+)-", response.getheader("Content-Range", ""))
            start = int(begun[1]) if begun else 0
            yield Content(response.status, kept, iter(lambda: response.read(_CHUNK), b""), length, start)
        finally:
            connection.close()

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        sent = {name: headers[name] for name in _SENT if name in headers}
        if self.login is not None:
            sent["authorization"] = _basic(self.login)
        return sent


def _basic(login: Login) -> str:
    """The Authorization header of a login."""
    return "Basic " + base64.b64encode(":".join(login).encode()).decode()


def of_image(image: Image, request: Request, headers: Mapping[str, str]) -> Content | Answer:
    """What the image has for this request, or that it has nothing."""
    if request.part is Part.MANIFESTS:
        manifest = image.manifest(request.reference)
        if manifest is None:
            return MANIFEST_UNKNOWN
        named = (("Docker-Content-Digest", manifest.digest),) if image.digest_header else ()
        return _range(manifest.content, (("Content-Type", manifest.media_type), *named), "")
    blob = image.blob(request.reference)
    if blob is None:
        return BLOB_UNKNOWN
    return _range(blob, (("Content-Type", "application/octet-stream"),), headers.get("range", ""))


def _path(request: Request, repository: str) -> str:
    return f"/v2/{repository}/{request.part}/{request.reference}" if repository else request.path


def _range(content: bytes, headers: tuple[tuple[str, str], ...], asked: str) -> Content:
    """The content, or its rest from `bytes=<n>-` on, as containerd asks after a break (RFC 9110, section 14)."""
    match = re.fullmatch(r"bytes=(\d+)-(?:\d+)?", asked)
    start = int(match[1]) if match else 0
    if not match or start >= len(content):
        return Content(200, (*headers, ("Accept-Ranges", "bytes")), iter([content]), len(content))
    placed = ("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    return Content(206, (*headers, placed), iter([content[start:]]), len(content) - start, start)
