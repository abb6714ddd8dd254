"""`components` in somebody else's Pulumi program: two apps from one image, and the repository of docs/own-app.md."""

import base64
import json
import re
from pathlib import Path

import pytest

from sandbox.state import State
from tests.e2e.leaving import leave
from tests.e2e.own_app import REGISTRY, Shell, another_repository, diagnostics, shown
from tests.e2e.project import ROOT, Project, run

pytestmark = pytest.mark.e2e

PROGRAM = """
import json
import pulumi
import pulumi_kubernetes as k8s
from components.namespace import AppNamespace
from components.pipeline_app import PipelineApp

config = pulumi.Config()
cluster = k8s.Provider("cluster", kubeconfig=open(config.require("kubeconfig")).read(), context="sandbox")
here = pulumi.ResourceOptions(provider=cluster)
space = AppNamespace("shop", {"name": config.require("space"), "pull_secret": config.require_secret("login")}, here)
for name in ("front", "back"):
    app = PipelineApp(
        name,
        {
            "image": config.require("image"),
            "image_pull_secrets": space.pull_secrets,
            "namespace": space.name,
            "port": 9000,
            "environment": {"PORT": "9000"},
            "min_ready_seconds": 0,
            "drain_seconds": 1,
            "replicas": 1,
        },
        here,
    )
    pulumi.export(name, app.url)
"""


def test_two_apps_stand_side_by_side_in_another_program(project: Project, tmp_path: Path) -> None:
    image = project.must_up()["image"]
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "__main__.py").write_text(PROGRAM)
    runtime = f"runtime: {{name: python, options: {{virtualenv: {ROOT / '.venv'}}}}}"
    (folder / "Pulumi.yaml").write_text(f"name: shop\n{runtime}\n")
    shop = Project(folder, project.state, f"{project.stack}-shop", {**project.environment, "PYTHONPATH": str(ROOT)})
    assert shop.pulumi("stack", "init", "--no-select").code == 0
    login = json.dumps(_login(project))
    values = {"kubeconfig": str(project.state.kubeconfig), "space": shop.stack, "image": image}
    for key, value in values.items():
        assert shop.pulumi("config", "set", key, value).code == 0
    assert shop.pulumi("config", "set", "--secret", "login", login).code == 0
    try:
        outputs = shop.must_up()
        assert outputs == {name: f"http://{name}.{shop.stack}.svc.cluster.local" for name in ("front", "back")}
        assert {each["metadata"]["name"] for each in shop.kubectl("get", "deployments")["items"]} == {"front", "back"}
        answer = _answer(project, shop.stack, outputs["back"])
        assert json.loads(answer)["pod"].startswith("back-")
    finally:
        leave(shop)


def test_another_repository_is_deployed_by_what_the_guide_says(state: State, tmp_path: Path) -> None:
    shell = another_repository(state, tmp_path)
    shell.types("Build and push")
    shell.types("Deploy")
    installed = shell.run("venv/bin/python -c 'import components, pulls; print(components.__file__, pulls.__file__)'")
    assert installed.output.count(str(shell.folder / "venv" / "lib")) == 2, installed.output
    try:
        shell.types("Deploy", block=1)
        shell.types("Deploy", block=2)
        name = f"shop-{shell.stack}"
        assert shell.run("pulumi stack output url").output.startswith(f"http://shop.{name}.svc.cluster.local\n")
        (answer,) = [line for line in shell.types("Deploy", block=3).splitlines() if line.startswith("{")]
        assert re.fullmatch(shown("Deploy")[0].replace("…", "[-a-z0-9]+"), answer)
        assert "No resources found" in shell.run(f"kubectl --namespace {name} get ingress").output
        assert shell.run("pulumi preview --expect-no-changes").code == 0
        _is_looked_at_as_the_page_says(shell)
        _refuses_what_the_page_says(shell)
    finally:
        shell.types("Remove it")
        shell.types("Remove it", block=1)
        shell.run(f"docker image rm {REGISTRY}/team/shop:1")
    assert shell.run(f"kubectl get namespace {name}").code == 1


def _is_looked_at_as_the_page_says(shell: Shell) -> None:
    told = shell.types("Look at it")
    assert f"deployment/shop in namespace shop-{shell.stack}: complete" in " ".join(told.split()), told
    assert "is in the registry, and can be pulled with the pods' own login" in told
    page = shell.folder / "shop.html"
    assert "<svg" in page.read_text()
    page.unlink()


def _refuses_what_the_page_says(shell: Shell) -> None:
    tag, port = shown("What is refused")
    program = shell.folder / "__main__.py"
    good, image = program.read_text(), shell.run("pulumi config get image").output.splitlines()[0]
    of_tag, of_port = f"pulumi config set image {REGISTRY}/team/shop:1", "sed -i s/9000/90000/ __main__.py"
    for change, says in ((of_tag, tag), (of_port, port)):
        assert shell.run(change).code == 0
        done = shell.run("pulumi up --non-interactive")
        assert done.code != 0
        assert diagnostics(done.output) == f"error: {says}".replace(REGISTRY, shell.registry)
        program.write_text(good)
        shell.run(f"pulumi config set image {image}")
    shell.run(f"pulumi config set image {REGISTRY}/team/shop@sha256:{'1' * 64}")
    assert "the Deployment was not touched" in shell.run("pulumi up --skip-preview --non-interactive").output
    shell.run(f"pulumi config set image {image}")
    assert shell.run("pulumi preview --expect-no-changes").code == 0


def _login(project: Project) -> object:
    logins = project.own_logins()
    for entry in logins.values():
        username, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
        entry |= {"username": username, "password": password}
    return {"auths": logins}


def _answer(project: Project, namespace: str, url: str) -> str:
    """Ask from inside of the cluster, through its DNS and its Service."""
    code = f"import urllib.request; print(urllib.request.urlopen('{url}/version', timeout=5).read().decode())"
    command = ["kubectl", "--namespace", namespace, "exec", "deployment/front", "--", "python3", "-c", code]
    done = run(command, cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output
    return done.output
