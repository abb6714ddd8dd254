"""`components` in somebody else's Pulumi program: two apps side by side, from one image."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.leaving import leave
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


def test_components_can_be_installed_by_another_project(tmp_path: Path) -> None:
    python = ROOT / ".venv/bin/python"
    copy = tmp_path / "source"
    for name in ("pyproject.toml", "README.md", "requirements.txt"):
        copy.mkdir(exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(["cp", "-r", str(ROOT / "components"), str(ROOT / "pulls"), str(copy)], check=True)
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(tmp_path / "site"),
        str(copy),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    code = "import components.platforms.contract, pulls.rehearsal.check; print(components.__file__)"
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"}
    shown = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert shown.stdout.startswith(str(tmp_path / "site"))


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
