"""The hop of the signature: what goes on from an image to a Deployment, and what is refused."""

from collections.abc import Iterator

import pulumi
import pytest
from pulumi.output import UNKNOWN as UNKNOWN_YET

from components.build_context import StagedBuild
from components.errors import ConfigError
from components.image import AppImage, AppImageArgs
from components.platforms.contract import Registry
from components.signature_key import SigningKey
from tests import signing
from tests.component.test_image import BUILD, IMAGE
from tests.engine import DIGEST, Answer, run_program
from tests.graph import UNKNOWN, Graph, Json
from tests.unit.registry_server import PASSWORD, USER, Reply, registry
from tests.unit.registry_server import Registry as Served

PATH = "team/web"
KEY, OTHER = signing.new_key(), signing.new_key()
SIGNING = SigningKey("keys/team.pub", "image.signature.publicKey", signing.public_pem(KEY))


@pytest.fixture
def served() -> Iterator[Served]:
    with registry() as each:
        yield each


def sign(served: Served, digest: str, key: signing.Private = KEY) -> None:
    artifact = signing.simple_signature(key, signing.simple_payload(digest))
    tag = f"/v2/{PATH}/manifests/{digest.replace(':', '-')}.sig"
    served.content[tag] = Reply(200, artifact.manifest, {"Content-Type": signing.MANIFEST})
    for name, body in artifact.blobs.items():
        served.content[f"/v2/{PATH}/blobs/{name}"] = Reply(200, body)


def run(
    served: Served,
    source: StagedBuild | str,
    *,
    preview: bool = False,
    pushes: str = "",
    password: str | None = None,
    login_in_preview: bool = True,
) -> Graph:
    def program() -> None:
        user = USER if password is not None else None
        secret = pulumi.Output.secret(password) if password is not None else None
        where = Registry(served.host, served.host, user, secret, login_in_preview=login_in_preview)
        args = AppImageArgs(registry=where, repository=PATH, source=source, signature=SIGNING)
        pulumi.export("reference", AppImage("image", args).reference)

    def answer(_: Json) -> Json:
        return {"repoDigest": f"{served.host}/{PATH}@{pushes}"}

    answers: dict[str, Answer] = {IMAGE: answer} if pushes else {}
    return run_program(program, answers=answers, preview=preview)


def told(graph: Graph, severity: int) -> list[str]:
    return [text for level, text in graph.logs if level == severity]


def refused(
    served: Served,
    source: StagedBuild | str,
    *,
    preview: bool = False,
    pushes: str = "",
    password: str | None = None,
    login_in_preview: bool = True,
) -> str:
    with pytest.raises(ConfigError) as caught:
        run(served, source, preview=preview, pushes=pushes, password=password, login_in_preview=login_in_preview)
    return str(caught.value)


@pytest.mark.parametrize("preview", [True, False])
def test_a_signed_digest_goes_on(served: Served, preview: bool) -> None:
    digest = served.push_image(PATH, "1")
    sign(served, digest)
    graph = run(served, digest, preview=preview)
    assert graph.exports["reference"] == f"{served.host}/{PATH}@{digest}"
    said = f"signature: {served.host}/{PATH}@{digest} is signed with the key of keys/team.pub"
    assert told(graph, 1) == ([] if preview else [said])
    assert told(graph, 2) == []


@pytest.mark.parametrize("preview", [True, False])
def test_an_unsigned_digest_is_refused_in_a_preview_too_with_what_to_type(served: Served, preview: bool) -> None:
    digest = served.push_image(PATH, "1")
    image = f"{served.host}/{PATH}@{digest}"
    assert refused(served, digest, preview=preview).splitlines() == [
        "unsigned: the image is not signed; what runs was not touched",
        f"  image    {image}",
        "  key      keys/team.pub (image.signature.publicKey)",
        f"  fix      cosign sign --key keys/team.key {image}",
        f"  verify   cosign verify --key keys/team.pub --insecure-ignore-tlog {image}",
        "  then     pulumi up -s local",
        "  more     docs/supply-chain.md#unsigned",
    ]


def test_a_key_that_is_another_one_is_told_with_how_to_name_it(served: Served) -> None:
    digest = served.push_image(PATH, "1")
    sign(served, digest, OTHER)
    said = refused(served, digest)
    assert said.startswith("other-key: the image has 1 signature, and none is made with the key that the stack file")
    assert "pulumi config set --path image.signature.publicKey '<the right key>' -s local" in said


def test_what_was_built_is_asked_for_after_its_push_and_before_it_goes_on(served: Served) -> None:
    digest = served.push_image(PATH, "abc")
    assert refused(served, BUILD, pushes=digest).startswith("unsigned: ")
    sign(served, digest)
    assert run(served, BUILD, pushes=digest).exports["reference"] == f"{served.host}/{PATH}@{digest}"


def test_a_preview_that_builds_says_what_is_to_come(served: Served) -> None:
    graph = run(served, BUILD, preview=True)
    assert graph.exports["reference"] == UNKNOWN
    (warning,) = told(graph, 2)
    assert warning.startswith("image.signature.publicKey: this preview would build the image anew, and a new image is")
    assert served.asked == []


def test_the_registry_is_asked_with_the_login_and_the_reference_stays_no_secret(served: Served) -> None:
    served.auth = "basic"
    digest = served.push_image(PATH, "1")
    sign(served, digest)
    graph = run(served, digest, password=PASSWORD)
    assert (graph.exports["reference"], graph.stack.secret_outputs) == (f"{served.host}/{PATH}@{digest}", frozenset())
    said = refused(served, digest, password="wrong-canary")
    assert said.startswith("not-told: the registry does not let this login see signatures")
    assert f"docker login {served.host}" in said
    assert "wrong-canary" not in said


def test_a_preview_is_refused_by_what_is_known_only(served: Served) -> None:
    digest = served.push_image(PATH, "1")
    served.always(Reply(403))
    graph = run(served, digest, preview=True)
    assert graph.exports["reference"] == f"{served.host}/{PATH}@{digest}"
    assert "not-told: " in told(graph, 2)[0]
    assert refused(served, digest).startswith("not-told: ")


def test_a_registry_that_does_not_answer_refuses_an_update_when_it_was_asked_for_a_while(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulls.signature._FIRST_WAIT", 0.01)
    monkeypatch.setattr("pulls.signature._PATIENCE", 0.5)
    digest = served.push_image(PATH, "1")
    served.always(Reply(503))
    said = refused(served, digest)
    assert "the registry did not tell whether the image is signed; what runs was not touched" in said
    assert "registry server-error (503)" in said
    assert "what it does not show counts as unsigned" in said
    assert len(served.asked) > 4


def test_an_image_that_is_not_there_is_not_called_unsigned(served: Served) -> None:
    served.push_image(PATH, "1")
    said = refused(served, f"sha256:{'3' * 64}")
    assert said.startswith("image-missing: the registry has no such image; ")
    assert "docker buildx imagetools inspect" in said


def test_a_login_that_only_an_update_has_is_not_missed_in_a_preview(served: Served) -> None:
    digest = served.push_image(PATH, "1")
    graph = run(served, digest, preview=True, login_in_preview=False)
    assert (told(graph, 1), told(graph, 2), served.asked) == ([], [], [])
    assert refused(served, digest, login_in_preview=False).startswith("unsigned: ")


def test_without_a_key_nobody_is_asked(served: Served) -> None:
    def program() -> None:
        args = AppImageArgs(registry=Registry(served.host, served.host), repository=PATH, source=f"sha256:{'3' * 64}")
        pulumi.export("reference", AppImage("image", args).reference)

    assert run_program(program).exports["reference"].startswith(served.host)
    assert served.asked == []


def test_a_digest_whose_registry_is_still_to_be_made_is_no_build() -> None:
    def program() -> None:
        later: pulumi.Output[str] = pulumi.Output.from_input(UNKNOWN_YET).apply(str)
        where = Registry("r.example.com", later, "x", pulumi.Output.secret("x"))
        args = AppImageArgs(registry=where, repository=PATH, source=DIGEST, signature=SIGNING)
        pulumi.export("reference", AppImage("image", args).reference)

    graph = run_program(program, preview=True)
    assert (graph.exports["reference"], told(graph, 2)) == (UNKNOWN, [])
