"""The images of the services, each by digest: a tag can move, and what is downloaded is then another program.

Each digest is that of the whole list of platforms under the tag beside it. They were found in public files that pin
them, several for each and all alike; `docker buildx imagetools inspect NAME:TAG` shows what the registry itself says.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PinnedImage:
    """One image of somebody else."""

    repository: str
    """With its registry."""
    tag: str
    """What the digest was found under; for people, as no cluster looks at it."""
    digest: str

    @property
    def reference(self) -> str:
        """What a pod gets: `repository@sha256:…`."""
        return f"{self.repository}@{self.digest}"


OLLAMA = PinnedImage(
    "docker.io/ollama/ollama", "0.32.6", "sha256:b88c73ace3e115f8ec53dc8761ae1c0aabfa675406e3681786b98757ce050f42"
)
QDRANT = PinnedImage(
    "docker.io/qdrant/qdrant", "v1.18.3", "sha256:0bd98fa7977f1e75694779359ca4e212822e5a71334e28421182f72f209d5286"
)
JAEGER = PinnedImage(
    "docker.io/jaegertracing/jaeger",
    "2.21.0",
    "sha256:3d0ac795ff98aa04d1be04311d2dac6c25b4bfc8322dc02e53bc5b170c5018c3",
)
