"""The faults: what is broken, for whom, and what must be found. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pulls.causes import Code
from tests.faults import images
from tests.faults import registry_answers as answers
from tests.faults.images import Image
from tests.faults.programs import Architecture
from tests.faults.registry_behaviour import (
    BLOBS,
    MANIFESTS,
    Behaviour,
    Break,
    Broken,
    Challenge,
    Hang,
    Lasts,
    Reply,
    Reset,
    Scheme,
    Token,
)

ACR = "contoso.azurecr.io"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
AR = "europe-docker.pkg.dev"
HUB = "docker.io"
GHCR = "ghcr.io"
GOOD_LOGIN = ("node", "right-password")


class Server(StrEnum):
    """Which of the fault registries a node is led to."""

    HTTP = "http"
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    HTTP_ASKED_BY_HTTPS = "http-asked-by-https"


@dataclass(frozen=True)
class Fault:
    """One fault of a registry, met by an update of a running app.

    Attributes:
        name: of the test.
        code: what must be found; None for a fault that passes, so that the update must succeed.
        behaviour: of the repository.
        host: the registry's name in the image reference, that the node is led away from; empty for the fault registry's
            own address, which this machine reaches too, so that the registry itself is a witness.
        image: what is behind the repository.
        reference: what to deploy instead of the image's own reference.
        login: in the pod's pull secret, for the host.
        pull_secrets: names in place of the one that is made.
        server: which of the servers.
        seconds: the rehearsal's budget.
        fresh_seconds: how long the right counts as just granted.
    """

    name: str
    code: Code | None
    behaviour: Behaviour = field(default_factory=Behaviour)
    host: str = ""
    image: Image | None = None
    reference: str | None = None
    login: tuple[str, str] | None = None
    pull_secrets: Sequence[str] = ()
    server: Server = Server.HTTP
    seconds: int = 6
    fresh_seconds: int = 0

    def made(self, seed: str, image: Image | None = None) -> Behaviour:
        """The behaviour with an image that no node has yet; `image` where the fault has none of its own."""
        image = self.image or self.behaviour.image or image or images.single(seed=f"{self.name}{seed}")
        given = self.behaviour
        return Behaviour(given.fault, on=given.on, lasts=given.lasts, image=image, only=given.only)


def _challenge(known: answers.Answer | Token, **more: object) -> Behaviour:
    return Behaviour(Challenge(known=known, **more))  # pyright: ignore[reportArgumentType]


_MISSING = f"sha256:{'0' * 64}"

REFUSED: tuple[Fault, ...] = (
    Fault("manifest-unknown", Code.NOT_FOUND, Behaviour(Reply(answers.MANIFEST_UNKNOWN), on=MANIFESTS)),
    Fault("ecr-repository-missing", Code.NOT_FOUND, Behaviour(Reply(answers.ECR_NAME_UNKNOWN)), host=ECR),
    Fault("gcr-manifest-unknown", Code.NOT_FOUND, Behaviour(Reply(answers.GCR_MANIFEST_UNKNOWN)), host="gcr.io"),
    Fault("401-for-a-missing-repository", Code.NO_CREDENTIALS, Behaviour(Challenge(anonymous=Token.WITHOUT_SCOPE))),
    Fault(
        "acr-anonymous-refused",
        Code.NO_CREDENTIALS,
        _challenge(Token.GRANTED, anonymous=answers.ACR_UNAUTHORIZED),
        host=ACR,
    ),
    Fault(
        "ecr-basic-without-login",
        Code.NO_CREDENTIALS,
        Behaviour(Challenge(Scheme.BASIC, anonymous=answers.ECR_NOT_AUTHORIZED)),
        host=ECR,
    ),
    Fault("401-without-challenge", Code.NO_CREDENTIALS, Behaviour(Challenge(Scheme.SILENT))),
    Fault(
        "acr-login-refused", Code.CREDENTIALS_REFUSED, _challenge(answers.ACR_UNAUTHORIZED), host=ACR, login=GOOD_LOGIN
    ),
    Fault(
        "login-refused-although-just-given",
        Code.CREDENTIALS_REFUSED,
        _challenge(answers.ACR_UNAUTHORIZED),
        host=ACR,
        login=("node", "wrong-password"),
        fresh_seconds=4,
    ),
    Fault(
        "wrong-password",
        Code.CREDENTIALS_REFUSED,
        Behaviour(Challenge(Scheme.BASIC, login=GOOD_LOGIN)),
        login=("node", "wrong-password"),
    ),
    Fault(
        "ecr-token-expired",
        Code.CREDENTIALS_EXPIRED,
        Behaviour(Reply(answers.ECR_TOKEN_EXPIRED)),
        host=ECR,
        login=("AWS", "old-token"),
    ),
    Fault("acr-firewall", Code.FORBIDDEN, Behaviour(Reply(answers.ACR_FIREWALL)), host=ACR),
    Fault("ecr-no-identity-policy", Code.FORBIDDEN, Behaviour(Reply(answers.ECR_NO_IDENTITY_POLICY)), host=ECR),
    Fault("ecr-no-resource-policy", Code.FORBIDDEN, Behaviour(Reply(answers.ECR_NO_RESOURCE_POLICY)), host=ECR),
    Fault("artifact-registry-denied", Code.FORBIDDEN, Behaviour(Reply(answers.AR_PERMISSION_DENIED)), host=AR),
    Fault("artifact-registry-api-off", Code.FORBIDDEN, Behaviour(Reply(answers.AR_API_DISABLED)), host=AR),
    Fault("token-endpoint-403", Code.FORBIDDEN, _challenge(answers.DENIED, anonymous=answers.DENIED)),
    Fault("ghcr-denied", Code.FORBIDDEN, Behaviour(Reply(answers.GHCR_DENIED)), host=GHCR),
    Fault(
        "pull-secret-missing", Code.PULL_SECRET_MISSING, Behaviour(Challenge(Scheme.BASIC)), pull_secrets=("not-made",)
    ),
    Fault("dns", Code.DNS, host="registry.nowhere.invalid"),
    Fault("connection-refused", Code.UNREACHABLE, reference=f"127.0.0.1:1/faults/refused@{_MISSING}"),
    Fault("reset-before-an-answer", Code.UNREACHABLE, Behaviour(Reset())),
    Fault("self-signed", Code.TLS_UNTRUSTED, host="self-signed.example.com", server=Server.SELF_SIGNED),
    Fault("expired-certificate", Code.TLS_OTHER, host="expired.example.com", server=Server.EXPIRED),
    Fault("certificate-of-another", Code.TLS_OTHER, host="other-name.example.com", server=Server.WRONG_NAME),
    Fault("plain-http", Code.PLAIN_HTTP, host="plain.example.com", server=Server.HTTP_ASKED_BY_HTTPS),
    Fault("hub-rate-limit", Code.RATE_LIMITED, Behaviour(Reply(answers.HUB_RATE_LIMITED)), host=HUB),
    Fault("hub-abuse-limit", Code.RATE_LIMITED, Behaviour(Reply(answers.HUB_ABUSE_LIMITED)), host=HUB),
    Fault("500", Code.REGISTRY_ERROR, Behaviour(Reply(answers.INTERNAL_ERROR))),
    Fault("502-page", Code.REGISTRY_ERROR, Behaviour(Reply(answers.BAD_GATEWAY_PAGE))),
    Fault("503", Code.REGISTRY_ERROR, Behaviour(Reply(answers.UNAVAILABLE))),
    Fault("reset-in-a-layer", Code.INTERRUPTED, Behaviour(Broken(Break.RESET), on=BLOBS)),
    Fault("layer-ends-early", Code.INTERRUPTED, Behaviour(Broken(Break.END), on=BLOBS)),
    Fault("other-bytes-than-the-digest", Code.MANIFEST_UNSUPPORTED, Behaviour(Broken(Break.OTHER_BYTES), on=BLOBS)),
    Fault("schema-1", Code.MANIFEST_UNSUPPORTED, image=images.schema_1(digest_header=False, seed="faults")),
    Fault(
        "unknown-media-type", Code.MANIFEST_UNSUPPORTED, image=images.unknown_media_type(also_blob=True, seed="faults")
    ),
    Fault("manifest-too-large", Code.MANIFEST_UNSUPPORTED, image=images.large_manifest(seed="faults")),
    Fault("arm64-only-index", Code.PLATFORM_MISMATCH, image=images.index(Architecture.ARM64, seed="faults")),
    Fault("arm64-under-an-amd64-tag", Code.WRONG_ARCHITECTURE, image=images.single(Architecture.ARM64, seed="faults")),
)
"""An update that meets one of these is refused, and the running version serves on."""

PASSING: tuple[Fault, ...] = (
    Fault("503-twice", None, Behaviour(Reply(answers.UNAVAILABLE), lasts=Lasts(times=4)), seconds=60),
    Fault("429-then-good", None, Behaviour(Reply(answers.HUB_RATE_LIMITED), lasts=Lasts(times=6)), seconds=60),
    Fault("reset-then-good", None, Behaviour(Broken(Break.RESET), on=BLOBS, lasts=Lasts(times=2)), seconds=60),
    Fault("role-granted-late", None, Behaviour(Challenge(known=answers.ACR_UNAUTHORIZED), lasts=Lasts(seconds=10)),
          login=GOOD_LOGIN, seconds=60, fresh_seconds=40),
)  # fmt: skip
"""An update that meets one of these succeeds, later."""

HANGING = Fault("hang", Code.UNREACHABLE, Behaviour(Hang(), on=MANIFESTS), seconds=5)
"""Nothing is ever answered, and no kubelet says anything: the registry's silence to this machine tells."""

HEALTHY = Fault("healthy", None, Behaviour(Challenge(Scheme.BASIC, login=GOOD_LOGIN)), login=GOOD_LOGIN, seconds=60)
"""None: a registry with a login, and a right one in the pod's pull secret."""

BY_NAME: Mapping[str, Fault] = {each.name: each for each in (*REFUSED, *PASSING, HANGING)}
