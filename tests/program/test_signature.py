"""The keys of a stack file through the real `__main__.py`: each image is asked about with its own."""

import pytest

from components.errors import ConfigError
from pulls import signature
from pulls.registry.login import Login
from pulls.signature import Finding, Patience, Verdict
from pulls.signature_key import PublicKey, public_key
from tests import signing
from tests.engine import DIGEST, RefusedError
from tests.program.conftest import Project

HOST = "127.0.0.1:5050"
WEB, CLI = f"{HOST}/monadic-pipeline-webapi@{DIGEST}", f"{HOST}/monadic-pipeline@{DIGEST}"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


class Asked:
    """What was asked, and what is answered."""

    def __init__(self) -> None:
        self.keys: dict[str, PublicKey] = {}
        self.findings: dict[str, Finding] = {}

    def __call__(self, image: str, key: PublicKey, login: Login | None, patience: Patience) -> Verdict:
        del login, patience
        self.keys[image] = key
        return Verdict(self.findings.get(image, Finding.SIGNED), count=1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(signature, "check_signature", asked)
    return asked


def key(project: Project, name: str) -> PublicKey:
    text = signing.public_pem(signing.new_key())
    (project.root / name).write_bytes(text)
    return public_key(text)


def image(**more: object) -> dict[str, object]:
    return {"repository": "monadic-pipeline-webapi", "digest": DIGEST, **more}


def cli(**more: object) -> dict[str, object]:
    return {"image": {"digest": DIGEST, **more}}


def named(file: str) -> dict[str, str]:
    return {"publicKey": file}


def test_each_image_is_asked_about_with_its_own_key(project: Project, asked: Asked) -> None:
    web, other = key(project, "web.pub"), key(project, "cli.pub")
    graph = project.run("local", image=image(signature=named("web.pub")), cli=cli(signature=named("cli.pub")))
    assert asked.keys == {WEB: web, CLI: other}
    assert len(graph.all(DEPLOYMENT)) == 2


@pytest.mark.parametrize(("signed", "of_cli"), [("web.pub", None), (None, "web.pub"), (None, None)])
def test_an_image_without_a_key_is_not_asked_about(
    project: Project, asked: Asked, signed: str | None, of_cli: str | None
) -> None:
    key(project, "web.pub")
    project.run(
        "local",
        image=image(**({"signature": named(signed)} if signed else {})),
        cli=cli(**({"signature": named(of_cli)} if of_cli else {})),
    )
    assert list(asked.keys) == [WEB] * bool(signed) + [CLI] * bool(of_cli)


def test_what_is_refused_of_the_cli_names_its_own_setting(project: Project, asked: Asked) -> None:
    key(project, "cli.pub")
    asked.findings[CLI] = Finding.OTHER_KEY
    with pytest.raises(ConfigError) as caught:
        project.run("local", image=image(), cli=cli(signature=named("cli.pub")))
    assert "cli.pub (cli.image.signature.publicKey)" in str(caught.value)
    assert "pulumi config set --path cli.image.signature.publicKey" in str(caught.value)


def test_keys_that_are_none_are_told_together_with_all_else(project: Project, asked: Asked) -> None:
    (project.root / "cli.key").write_bytes(b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\neyJrZGYiOnsibmFtZSI6\n")
    with pytest.raises(RefusedError) as caught:
        project.run("local", image=image(signature=named("web.pub"), digset="x"), cli=cli(signature=named("cli.key")))
    text = str(caught.value)
    assert "image.signature.publicKey: web.pub: there is no such file" in text
    assert "cli.image.signature.publicKey: cli.key: is a private key" in text
    assert "digset" in text
    assert "eyJrZGYi" not in text
    assert asked.keys == {}


def test_a_key_is_a_file_in_an_object(project: Project) -> None:
    for wrong in ("cosign.pub", {"publicKey": ""}, {"public_key": "x"}, {}, {"publicKey": 3}):
        with pytest.raises(RefusedError, match=r"image\.signature"):
            project.run("local", image=image(signature=wrong))


def test_what_is_loaded_into_nodes_has_no_signature(project: Project) -> None:
    key(project, "web.pub")
    with pytest.raises(RefusedError) as caught:
        project.run(
            "local",
            image={"repository": "web", "context": "webapi", "signature": named("web.pub")},
            registry={"load": "kind"},
        )
    assert "image.signature: asks for a signature, which lies beside an image in a registry" in str(caught.value)
    assert "pulumi config rm --path image.signature -s local" in str(caught.value)
