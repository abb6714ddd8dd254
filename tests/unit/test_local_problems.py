"""What a local cluster or registry lacks for this app, all of it named before anything starts."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.errors import ConfigError
from components.platforms.choice import check_platform
from components.platforms.contract import Platform
from components.settings import Secrets
from components.stack_file import StackFileError
from tests.engine import run_program
from tests.unit.api_server import CLASSES, NODES, ApiServer, classes, listed, node, serve
from tests.unit.local_machine import STACK, Registry, serving, settings

ANSWERS = {CLASSES: classes("nginx", "traefik"), NODES: listed(node("linux/amd64"))}
DIGEST = "sha256:" + "a" * 64


class OpenRegistry(Registry):
    open_ = True


class Site:
    """A cluster and a registry that answer, and what a stack file says of them."""

    def __init__(self, api: ApiServer, registry: str, folder: Path) -> None:
        self.api = api
        self.registry = registry
        self.folder = folder
        self.write(api.kubeconfig())

    def write(self, kubeconfig: dict[str, Any]) -> None:
        (self.folder / "machine").write_text(yaml.safe_dump(kubeconfig))

    def check(self, **own: Any) -> Platform:
        stack: dict[str, Any] = {
            "app": {"name": "web", "host": "web.localhost"},
            "cluster": {"context": "sandbox"},
            "registry": {"host": self.registry},
        }
        make = check_platform(settings("local", **{**stack, **own}), Secrets(), STACK)
        made: list[Platform] = []
        run_program(lambda: made.append(make()))
        return made[0]

    def refusal(self, **own: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            self.check(**own)
        assert isinstance(caught.value, StackFileError)
        return str(caught.value)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Site]:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "machine"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with serve(tmp_path, ANSWERS) as api, serving(OpenRegistry) as registry:
        yield Site(api, registry, tmp_path)


def test_the_nodes_that_answered_are_the_clusters_platforms(site: Site) -> None:
    assert site.check().cluster.node_platforms == ("linux/amd64",)
    site.api.answers[NODES] = listed(node("linux/arm64"), node("linux/amd64"))
    assert site.check().cluster.node_platforms == ("linux/amd64", "linux/arm64")
    site.api.answers[NODES] = 403
    assert site.check().cluster.node_platforms == ("linux/amd64",)


def test_an_ingress_class_that_is_missing_is_answered_with_those_that_are_there(site: Site) -> None:
    message = site.refusal(ingress={"className": "ngnix"})
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed\n")
    assert "ingress.className: no IngressClass 'ngnix' in the cluster; there are nginx, traefik" in message
    assert "pulumi config set --path ingress.className nginx -s local" in message
    assert "pulumi config rm --path app.host -s local" in message


def test_a_cluster_without_any_ingress_class_needs_a_controller(site: Site) -> None:
    site.api.answers[CLASSES] = classes()
    message = site.refusal()
    assert "no IngressClass 'traefik' in the cluster, nor any other: it has no ingress controller" in message
    assert "helm upgrade --install traefik traefik" in message
    assert "--kube-context sandbox" in message


def test_an_app_without_a_host_needs_no_ingress_class(site: Site) -> None:
    site.api.answers[CLASSES] = classes()
    site.check(app={"name": "web"})


def test_an_ingress_class_that_nobody_told_of_is_not_missing(site: Site) -> None:
    site.api.answers[CLASSES] = 403
    site.check(ingress={"className": "ngnix"})


def test_an_image_that_no_node_can_run_is_refused_with_the_platform_that_they_have(site: Site) -> None:
    site.api.answers[NODES] = listed(node("linux/arm64"), node("windows/amd64"), node("linux/amd64", ready="False"))
    message = site.refusal()
    assert (
        "image.platform: is linux/amd64, which no node of the cluster can run; its nodes are linux/arm64, win"
        in message
    )
    assert "pulumi config set --path image.platform linux/arm64 -s local" in message
    assert "image.platform windows" not in message
    image = {"repository": "web", "digest": DIGEST, "platform": "linux/arm64"}
    assert site.check(image=image).cluster.node_platforms == ("linux/arm64", "windows/amd64")


def test_nodes_that_no_image_of_ours_fits_are_shown_with_a_command(site: Site) -> None:
    site.api.answers[NODES] = listed(node("windows/amd64"))
    assert "kubectl --context sandbox get nodes -o wide" in site.refusal()


def test_a_context_of_a_cloud_is_refused_and_not_asked(site: Site) -> None:
    kubeconfig = site.api.kubeconfig()
    kubeconfig["clusters"][0]["name"] = kubeconfig["contexts"][0]["context"]["cluster"] = "gke_project_zone_prod"
    site.write(kubeconfig)
    message = site.refusal()
    assert (
        f"cluster.context: context 'sandbox' is a GKE cluster ({site.api.url}), and the stack's target is local"
        in message
    )
    assert "pulumi up -s gke" in message
    assert "pulumi config set --path cluster.context kind-kind -s local" in message
    assert site.api.asked == []


def test_a_cloud_registry_without_a_login_is_refused_and_not_asked(site: Site) -> None:
    message = site.refusal(registry={"host": "me.azurecr.io"})
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed\n")
    assert "registry: the registry me.azurecr.io is one of Azure, where no node of a local cluster may pull" in message
    assert "docker login me.azurecr.io" in message


def test_an_image_of_another_registry_is_refused_with_the_way_to_bring_it(site: Site) -> None:
    message = site.refusal(image={"repository": "web", "digest": f"quay.io/team/web@{DIGEST}"})
    assert f"image.digest: quay.io/team/web@{DIGEST} is in another repository than {site.registry}/web" in message
    assert f"skopeo copy --all docker://quay.io/team/web@{DIGEST}" in message
    assert f"pulumi config set --path image.digest {DIGEST} -s local" in message


def test_all_of_it_comes_in_one_message(site: Site) -> None:
    site.api.answers = {CLASSES: classes("nginx"), NODES: listed(node("linux/arm64"))}
    message = site.refusal(registry={"host": "127.0.0.1:1"}, image={"repository": "web", "digest": f"a.io/b@{DIGEST}"})
    assert message.startswith("Pulumi.local.yaml: 4 mistakes, nothing was changed\n")
    for key in ("image.digest", "registry", "ingress.className", "image.platform"):
        assert f"\n  {key}: " in message


def test_a_missing_context_and_half_a_login_come_in_one_message(site: Site) -> None:
    message = site.refusal(cluster={"context": "sandbx"}, registry={"host": site.registry, "username": "ci"})
    assert message.startswith("Pulumi.local.yaml: 2 mistakes")
    assert "cluster.context: no context 'sandbx'" in message
    assert "registryPassword: the password of user 'ci' is missing" in message
