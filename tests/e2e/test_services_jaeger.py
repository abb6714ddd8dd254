"""The tracing collector as it really is: Jaeger, built from its Go module, in the place of the simulated one.

Only `--whole` runs take it: the build takes minutes. What it does not prove: that Jaeger's published image is made of
that program, and its pages, which are no part of the module.
"""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import base_image, docker_engine
from sandbox.docker_engine import run_docker
from sandbox.registry import host_at
from sandbox.state import State
from sandbox.toolchain import ensure_tools
from tests.e2e.project import Project
from tests.e2e.services import asked_by_the_app, in_services, objects, page
from tests.e2e.waiting import until

pytestmark = pytest.mark.e2e

# As cmd/jaeger/Dockerfile of the module has them.
_DOCKERFILE = f"""FROM {base_image.NAME}
ENV JAEGER_LISTEN_HOST=0.0.0.0
COPY jaeger /cmd/jaeger/jaeger-linux
VOLUME ["/tmp"]
ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]
USER 10001
"""


@pytest.fixture
def collector(project: Project, tmp_path: Path) -> Project:
    """A stack with Jaeger beside it, with the committed amounts."""
    traces = {"mode": "in-cluster", "image": _image(project.state, tmp_path)}
    project.configure("services", traces=traces)
    project.must_up()
    return project


def _image(state: State, scratch: Path) -> str:
    """By its digest in the sandbox's registry."""
    record = state.read()
    assert record is not None
    folder = scratch / "jaeger"
    folder.mkdir()
    shutil.copy2(ensure_tools(["jaeger"], Console(stderr=True))["jaeger"].path, folder / "jaeger")
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    engine, repository = docker_engine.host({}, state.docker_config), f"{host_at(record.options.registry_port)}/jaeger"
    run_docker("build", "--quiet", "--tag", f"{repository}:built", str(folder), host=engine)
    run_docker("--config", str(state.docker_config), "push", f"{repository}:built", host=engine)
    shown = run_docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", f"{repository}:built", host=engine)
    return shown.strip()


def test_requests_to_the_app_are_spans_in_jaeger(collector: Project) -> None:
    page(collector, "/version")
    (deployment,) = objects(collector, "deployments")
    assert deployment["metadata"]["name"] == "jaeger"
    assert deployment["status"]["readyReplicas"] == 1
    url = f"http://jaeger-collector.{collector.namespace}-services:16686/api"

    def spans() -> list[str]:
        traces = asked_by_the_app(collector, f"{url}/traces?service=webapi&limit=500")["data"]
        names = [span["operationName"] for trace in traces for span in trace["spans"]]
        return [each for each in names if each == "GET /version"]

    assert until(spans)
    assert "webapi" in asked_by_the_app(collector, f"{url}/services")["data"]
    said = in_services(collector, "logs", "deployment/jaeger").output
    assert "Everything is ready. Begin running and processing data." in said
    again = collector.up("--expect-no-changes")
    assert again.code == 0, again.output
