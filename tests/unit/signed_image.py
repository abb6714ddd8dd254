"""An image in a registry on loopback, and what is put beside it."""

from collections.abc import Iterator

import pytest

from pulls.registry.answer import RegistryFaultError
from pulls.registry.login import Login
from pulls.signature import Patience, Verdict, check_signature
from pulls.signature_key import public_key
from tests import signing
from tests.signing import Artifact, Private
from tests.unit.registry_server import Registry, Reply, registry

PATH = "team/web"
KEY, OTHER = signing.new_key(), signing.new_key()
ANOTHER_DIGEST = f"sha256:{'2' * 64}"


class Signed:
    """An image in a registry, and what is put beside it."""

    def __init__(self, served: Registry) -> None:
        self.registry = served
        self.digest = served.push_image(PATH, "1")
        self.image = f"{served.host}/{PATH}@{self.digest}"

    def put(self, name: str, artifact: Artifact) -> None:
        reply = Reply(200, artifact.manifest, {"Content-Type": signing.MANIFEST})
        for each in (name, artifact.digest):
            self.registry.content[f"/v2/{PATH}/manifests/{each}"] = reply
        for digest, body in artifact.blobs.items():
            self.registry.content[f"/v2/{PATH}/blobs/{digest}"] = Reply(200, body)

    def tag(self, artifact: Artifact) -> None:
        self.put(f"{self.digest.replace(':', '-')}.sig", artifact)

    def attach(self, *artifacts: Artifact, api: bool = True) -> None:
        for each in artifacts:
            self.put(each.digest, each)
        name = f"referrers/{self.digest}" if api else f"manifests/{self.digest.replace(':', '-')}"
        index = Reply(200, signing.index_of(*artifacts), {"Content-Type": signing.INDEX})
        self.registry.content[f"/v2/{PATH}/{name}"] = index

    def simple(self, key: Private = KEY, digest: str | None = None) -> Artifact:
        return signing.simple_signature(key, signing.simple_payload(digest or self.digest))

    def bundled(self, key: Private = KEY, digest: str | None = None, kind: str = signing.SIGN) -> Artifact:
        statement = signing.statement(digest or self.digest, kind)
        return signing.referrer(self.digest, signing.bundle(key, statement), predicate_type=kind)

    def verdict(self, key: Private = KEY, login: Login | None = None) -> Verdict:
        return check_signature(self.image, public_key(signing.public_pem(key)), login, Patience(0))

    def fault(self, login: Login | None = None) -> RegistryFaultError:
        with pytest.raises(RegistryFaultError) as caught:
            self.verdict(login=login)
        return caught.value

    def asked(self) -> list[str]:
        return [each.path.removeprefix(f"/v2/{PATH}/") for each in self.registry.asked]


@pytest.fixture
def image() -> Iterator[Signed]:
    with registry() as served:
        yield Signed(served)
