"""What an AppImage asks of the engine, and what it lets out."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
import pulumi_kubernetes as k8s
import pytest

from components.build_context import StagedBuild
from components.errors import ConfigError
from components.image import AppImage, AppImageArgs
from components.platforms.contract import Registry
from tests.engine import DIGEST, Answer, run_program
from tests.graph import UNKNOWN, Graph, Json

IMAGE = "docker:index/image:Image"
PROVIDER = "pulumi:providers:docker"
COMPONENT = "pipeline:index:AppImage"
HOST = "127.0.0.1:5050"
BUILD = StagedBuild(
    tag="abc", context=".build/abc/context", dockerfile=".build/abc/context/Dockerfile",
    args={"BASE": "x"}, target=None, platform="linux/amd64",
)  # fmt: skip


def image(source: StagedBuild | str = BUILD, registry: Registry | None = None) -> AppImage:
    used = registry or Registry(HOST, HOST)
    return AppImage("image", AppImageArgs(registry=used, repository="team/web", source=source))


def run(source: StagedBuild | str = BUILD, answers: Mapping[str, Answer] | None = None, preview: bool = False) -> Graph:
    return run_program(lambda: pulumi.export("reference", image(source).reference), answers=answers, preview=preview)


def pushed(digest: str) -> dict[str, Answer]:
    def answer(_: Json) -> Json:
        return {"repoDigest": digest}

    return {IMAGE: answer}


def test_a_build_is_one_image_on_a_provider_of_its_own() -> None:
    graph = run()
    component = graph.one(COMPONENT)
    assert {each.type for each in graph.children(component)} == {IMAGE, PROVIDER}
    assert graph.one(IMAGE).provider_urn == graph.one(PROVIDER).urn


def test_the_image_is_told_everything_the_build_depends_on() -> None:
    inputs = run().one(IMAGE).inputs
    assert inputs["imageName"] == f"{HOST}/team/web:abc"
    assert inputs["build"] == {
        "context": ".build/abc/context",
        "dockerfile": ".build/abc/context/Dockerfile",
        "args": {"BASE": "x"},
        "platform": "linux/amd64",
    }
    assert inputs["skipPush"] is inputs["buildOnPreview"] is False


def test_a_stage_is_built_when_it_is_named() -> None:
    stage = replace(BUILD, target="final")
    assert run(stage).one(IMAGE).inputs["build"]["target"] == "final"


def test_nothing_of_this_machine_is_among_the_providers_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///somewhere/docker.sock")
    monkeypatch.setenv("DOCKER_CERT_PATH", "/somewhere")
    assert run().one(PROVIDER).inputs == {"disableDockerDaemonCheck": "true"}


def test_the_password_is_marked_secret() -> None:
    graph = run_program(lambda: image(registry=Registry(HOST, HOST, "ci", pulumi.Output.secret("canary-password"))))
    assert graph.one(IMAGE).secrets == {"registry.password"}
    assert graph.one(IMAGE).inputs["registry"] == {
        "server": HOST,
        "username": "ci",
        "password": "canary-password",
    }
    rest = [str(each.inputs) + str(each.outputs) for each in graph.resources if each.type != IMAGE]
    assert "canary-password" not in "".join(rest)


def test_a_registry_without_a_login_gets_none() -> None:
    assert run().one(IMAGE).inputs["registry"] == {"server": HOST}


def test_only_the_pushed_digest_leaves() -> None:
    graph = run()
    assert graph.exports["reference"] == f"{HOST}/team/web@{DIGEST}"
    assert graph.one(COMPONENT).outputs == {"reference": f"{HOST}/team/web@{DIGEST}"}


@pytest.mark.parametrize(
    ("digest", "advice"),
    [
        ("<none>@<none>", "run `pulumi up` again"),
        (DIGEST, "id of a local image"),
        (f"{HOST}/team/web:abc", "a tag can move"),
        (f"other.io/team/web@{DIGEST}", "in another repository"),
    ],
)
def test_a_push_that_gave_no_digest_here_ends_in_advice(digest: str, advice: str) -> None:
    with pytest.raises(ConfigError, match=advice):
        run(answers=pushed(digest))


def test_before_the_push_the_reference_is_unknown() -> None:
    assert run(preview=True).exports["reference"] == UNKNOWN


def test_a_digest_is_deployed_without_building() -> None:
    graph = run(DIGEST)
    assert graph.exports["reference"] == f"{HOST}/team/web@{DIGEST}"
    assert [each.type for each in graph.resources] == [COMPONENT]


def test_a_digest_is_known_in_a_preview() -> None:
    assert run(DIGEST, preview=True).exports["reference"] == f"{HOST}/team/web@{DIGEST}"


def test_a_digest_of_another_registry_says_how_to_copy_it() -> None:
    with pytest.raises(ConfigError, match=r"image\.digest cannot be deployed: .*skopeo copy"):
        run(f"other.io/team/web@{DIGEST}")


def test_a_replaced_registry_gets_the_image_again_and_nothing_is_deleted_by_docker() -> None:
    def program() -> None:
        registry = k8s.Provider("stands-for-a-registry", kubeconfig="x")
        image(registry=Registry(HOST, HOST, replace_with=(registry,)))

    request = run_program(program).one(IMAGE).request
    assert [urn.rpartition("::")[2] for urn in request.replace_with] == ["stands-for-a-registry"]
    assert request.retainOnDelete
