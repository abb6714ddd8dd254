"""What the doctor finds in a cloud's cluster that is there: a command line that says where it is, and an API server.

It proves nothing of the real command lines: their words and answers are those of the vendors' documentation.
"""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.settings import Secrets
from components.stack_file import StackFile
from ops.checks import cloud_cluster
from ops.checks.cloud_cluster import check_cloud_cluster, way_of
from ops.checks.cluster_rights import places_of
from ops.checks.examine import _checks  # pyright: ignore[reportPrivateUsage]
from ops.checks.finding import Finding, Name, State
from ops.checks.project import Project
from ops.checks.settled import Settled
from tests.unit.local_machine import settings
from tests.unit.plain_api import TOKEN, Asked, PlainApi, Reply, plain_api, status

CLUSTERS: dict[str, dict[str, str]] = {
    "aks": {"name": "prod", "resourceGroup": "prod"},
    "eks": {"name": "prod", "region": "eu-central-1"},
    "gke": {"name": "prod", "project": "my-project", "location": "europe-west1-b"},
}
CREDENTIAL = {
    "apiVersion": "client.authentication.k8s.io/v1beta1",
    "kind": "ExecCredential",
    "status": {"token": TOKEN},
}
Programs = Callable[[str, str], None]


class Answers:
    """An API server whose user may do all but what is refused."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.takes_login = True

    def __call__(self, asked: Asked) -> Reply | None:
        if not self.takes_login or asked.authorization != f"Bearer {TOKEN}":
            return status(401, "Unauthorized")
        if asked.path.endswith("/selfsubjectreviews"):
            return Reply(201, {"status": {"userInfo": {"username": "ann"}}})
        if asked.path.endswith("/selfsubjectaccessreviews"):
            assert asked.body is not None
            resource = asked.body["spec"]["resourceAttributes"]["resource"]
            return Reply(201, {"status": {"allowed": resource not in self.refused}})
        return None


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def api(answers: Answers) -> Iterator[PlainApi]:
    with plain_api(answers) as served:
        yield served


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Makes commands on a PATH that has nothing else; the login is the command line's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("components.platforms.machine._hardware", str)
    for name in ("ARM_CLIENT_ID", "ARM_USE_OIDC", "ARM_USE_MSI"):
        monkeypatch.delenv(name, raising=False)

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def prints(*documents: Any) -> str:
    """A script that prints what is wanted: a cluster, and for whoever asks for a token that."""
    printed, token = (shlex.quote(json.dumps(each)) for each in documents)
    return f'case "$*" in *get-token*) echo {token} ;; *) echo {printed} ;; esac'


def stack(target: str, *, mode: str = "existing", values: dict[str, str] | None = None, **more: Any) -> Settled:
    cluster: dict[str, str] = {"mode": mode, **CLUSTERS[target]}
    if mode == "create" and target == "aks":
        cluster["location"] = "westeurope"
    given = settings(target, **{"cluster": cluster, "registry": {"mode": "create"}, **more})
    project = Project(Path(), "shop")
    return Settled(project, StackFile(target), given, Secrets(), sealed=False, values=values or {})


def serve(target: str, programs: Programs, url: str) -> None:
    if target == "aks":
        user = {"name": "clusterUser", "user": {"token": TOKEN}}
        document = {"clusters": [{"name": "prod", "cluster": {"server": url}}], "users": [user]}
        programs("az", prints(document, None))
    else:
        found = {"cluster": {"endpoint": url, "certificateAuthority": {"data": "Y2E="}}}
        programs("aws", prints(found, CREDENTIAL))


def of(found: list[Finding], check: Name) -> Finding:
    (each,) = [each for each in found if each.check is check]
    return each


@pytest.mark.parametrize("target", ["aks", "eks"])
def test_a_cluster_that_is_there_is_asked_with_the_kubeconfig_of_its_cloud(
    target: str, programs: Programs, api: PlainApi
) -> None:
    serve(target, programs, api.url)
    found = check_cloud_cluster(stack(target))
    assert [(each.check, each.state) for each in found] == [(Name.CLUSTER, State.OK), (Name.RIGHTS, State.OK)]
    assert {each.rpartition("/")[2] for each in api.of("POST")} == {"selfsubjectreviews", "selfsubjectaccessreviews"}
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("target", "login"),
    [
        ("aks", "az aks get-credentials --resource-group prod --name prod"),
        ("eks", "aws eks update-kubeconfig --name prod --region eu-central-1 --alias prod"),
    ],
)
def test_a_right_that_is_missing_there_is_told_with_what_makes_the_context(
    target: str, login: str, programs: Programs, api: PlainApi, answers: Answers
) -> None:
    serve(target, programs, api.url)
    answers.refused = {"deployments"}
    wrong = of(check_cloud_cluster(stack(target)), Name.RIGHTS)
    assert wrong.state is State.PROBLEM
    assert wrong.what.startswith("ann may not create and patch deployments.apps in namespace")
    assert wrong.commands[0] == login
    assert wrong.commands[1].startswith("kubectl --context prod -n ")


def test_a_login_that_the_cluster_does_not_take_is_a_problem(
    programs: Programs, api: PlainApi, answers: Answers
) -> None:
    serve("eks", programs, api.url)
    answers.takes_login = False
    (wrong,) = check_cloud_cluster(stack("eks"))
    assert (wrong.check, wrong.state) == (Name.CLUSTER, State.PROBLEM)
    assert wrong.what == "the cluster does not take the login of context 'prod'"


@pytest.mark.parametrize("target", ["aks", "eks"])
def test_a_cluster_that_does_not_answer_is_a_problem(target: str, programs: Programs) -> None:
    serve(target, programs, "http://127.0.0.1:1")
    (wrong,) = check_cloud_cluster(stack(target))
    assert (wrong.check, wrong.state) == (Name.CLUSTER, State.PROBLEM)
    assert "does not answer" in wrong.what


def test_a_cluster_of_google_is_reached_by_the_name_that_takes_requests(programs: Programs) -> None:
    settled = stack("gke")
    assert settled.settings is not None
    way = way_of(settled.settings)  # pyright: ignore[reportArgumentType]
    assert way is not None
    found = {
        "endpoint": "10.0.0.2",
        "masterAuth": {"clusterCaCertificate": "Y2E="},
        "privateClusterConfig": {"enablePrivateEndpoint": True},
        "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"endpoint": "x.gke.goog", "allowExternalTraffic": True}},
    }
    (cluster,) = json.loads(way.kubeconfig(json.dumps(found)))["clusters"]
    assert cluster["cluster"] == {"server": "https://x.gke.goog"}
    (cluster,) = json.loads(way.kubeconfig(json.dumps({**found, "privateClusterConfig": {}})))["clusters"]
    assert cluster["cluster"] == {"server": "https://10.0.0.2", "certificate-authority-data": "Y2E="}
    programs("gcloud", prints({"endpoint": "127.0.0.1:1"}, None))
    assert check_cloud_cluster(settled) == []  # preflight says that there is no plug-in to log in with
    programs("gke-gcloud-auth-plugin", f"echo {shlex.quote(json.dumps(CREDENTIAL))}")
    (wrong,) = check_cloud_cluster(settled)
    assert (wrong.check, wrong.state) == (Name.CLUSTER, State.PROBLEM)
    assert wrong.commands[-1] == (
        "gcloud container clusters get-credentials prod --location europe-west1-b --project my-project"
    )


@pytest.mark.parametrize("target", ["aks", "eks"])
@pytest.mark.parametrize("script", ["echo 'no way: canary' >&2; exit 1", "echo canary", "echo '{}'"])
def test_without_a_kubeconfig_the_cluster_is_unknown(target: str, script: str, programs: Programs) -> None:
    programs("az" if target == "aks" else "aws", script)
    (found,) = check_cloud_cluster(stack(target))
    assert (found.check, found.state) == (Name.CLUSTER, State.UNKNOWN)
    assert found.commands
    if "exit" not in script:
        assert "canary" not in found.what


def test_a_cluster_that_is_not_there_is_not_told_a_second_time(programs: Programs) -> None:
    programs("aws", "echo 'ResourceNotFoundException: No cluster found for name: prod.' >&2; exit 1")
    assert check_cloud_cluster(stack("eks")) == []


@pytest.mark.parametrize("target", CLUSTERS)
def test_a_cluster_that_is_to_be_made_is_not_asked(target: str) -> None:
    assert check_cloud_cluster(stack(target, mode="create")) == []


def test_a_stack_with_a_login_of_its_own_is_not_asked_with_the_shells(programs: Programs, api: PlainApi) -> None:
    serve("eks", programs, api.url)
    assert check_cloud_cluster(stack("eks", values={"aws:profile": "other"})) == []
    assert api.asked == []


def test_a_command_line_that_hangs_is_left(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_cluster, "SECONDS", 0.2)
    programs("aws", "exec /bin/sleep 60")
    (found,) = check_cloud_cluster(stack("eks"))
    assert (found.state, found.what) == (State.UNKNOWN, "aws did not answer within 0.2 s")


def test_only_a_registry_of_others_needs_a_secret_to_pull_with() -> None:
    own = stack("eks")
    foreign = stack("eks", registry={"mode": "foreign", "host": "ghcr.io", "username": "ann"})
    for settled, needed in ((own, False), (foreign, True)):
        assert settled.settings is not None
        (place,) = places_of(settled.settings, settled)
        assert ("secrets" in {each.resource for each in place.needed}) is needed


@pytest.mark.parametrize("target", CLUSTERS)
def test_it_is_one_of_the_checks_of_a_cloud(target: str) -> None:
    assert Name.CLUSTER in [each.name for each in _checks(stack(target))]
