"""A project with all of its services in the sandbox's cluster, as the simulated images have them."""

import json
import time
from typing import Any

from sandbox.docker_engine import host, run_docker
from sandbox.services import images
from sandbox.site import Site
from sandbox.state import State
from tests.e2e.project import Project, Run, run

SMALL: dict[str, Any] = {"requests": {"cpu": "50m"}, "limits": {"memory": "128Mi"}}
COLLECTION = "pipeline_vectors"
_BAD_GATEWAY = 502
_SECONDS = 10.0


def simulated(state: State) -> dict[str, str]:
    """References of the simulated services' images, by name."""
    record = state.read()
    assert record is not None
    return images.up(Site(state, record, {}))


def another_image(state: State, reference: str, scratch: Any) -> str:
    """The same program under another digest."""
    engine, repository = host({}, state.docker_config), reference.partition("@")[0]
    (scratch / "Dockerfile").write_text(f'FROM {reference}\nLABEL another="{scratch.name}"\n')
    name = f"{repository}:another"
    run_docker("build", "--quiet", "--tag", name, str(scratch), host=engine)
    run_docker("--config", str(state.docker_config), "push", name, host=engine)
    shown = run_docker("image", "inspect", "--format", "{{json .RepoDigests}}", name, host=engine)
    found = [each for each in json.loads(shown) if each.startswith(f"{repository}@")]
    assert found[0] != reference
    return found[0]


def all_services(references: dict[str, str], **stored: Any) -> dict[str, Any]:
    """The `services` of a stack file: all three in the cluster; `stored` is said of those with data."""

    def one(name: str, **more: Any) -> dict[str, Any]:
        return {"mode": "in-cluster", "image": references[name], "resources": SMALL, **more}

    return {
        "llm": one("ollama", size="1Gi", model="llama3", **stored),
        "vectors": one("qdrant", size="1Gi", **stored),
        "traces": one("jaeger"),
    }


def in_services(project: Project, *words: str) -> Run:
    """kubectl in the namespace of the services."""
    command = ["kubectl", "--namespace", f"{project.namespace}-services", *words]
    return run(command, cwd=project.folder, environment=project.environment)


def objects(project: Project, kind: str) -> list[dict[str, Any]]:
    """Those of the services' namespace."""
    done = in_services(project, "get", kind, "--output=json")
    assert done.code == 0, done.output
    return json.loads(done.output)["items"]


def asked_by_the_app(project: Project, url: str) -> Any:
    """What a service answers to the app's own pod."""
    code = f"import urllib.request as r; print(r.urlopen('{url}', timeout=5).read().decode())"
    words = ["exec", "deployment/monadic-pipeline-webapi", "--", "python3", "-c", code]
    command = ["kubectl", "--namespace", project.namespace, *words]
    done = run(command, cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output
    return json.loads(done.output)


def page(project: Project, path: str, **query: str) -> dict[str, Any]:
    """A page of the app, which must answer 200: nodes take a Service that came this moment over within seconds."""
    with project.client() as client:
        answer = client.get(path, params=query)
        deadline = time.monotonic() + _SECONDS
        while answer.status_code == _BAD_GATEWAY and time.monotonic() < deadline:
            time.sleep(0.2)
            answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def recalled(project: Project, words: str) -> list[str]:
    """What the app recalls; nothing while the database is away."""
    with project.client() as client:
        answer = client.get("/recall", params={"q": words})
    return answer.json().get("found", [])
