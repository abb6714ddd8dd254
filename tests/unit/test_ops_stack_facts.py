"""What a state says of workloads, of the way to them, and of the right to pull; what a pod runs beside it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.stack_grant import grants
from ops.stack_pods import differing, look_at, same, short
from ops.stack_words import lasted
from ops.stack_workloads import Route, route, workloads
from ops.state import State, read_state
from tests.unit import stack_exports as export
from tests.unit.pull_objects import Made, condition, container, ended, healthy, pod, running, waiting
from tests.unit.stack_exports import DIGEST, IMAGE, OTHER, PASSWORD, REPOSITORY, Json, exported, resource, secret

MADE = datetime(2026, 1, 5, 9, 50, tzinfo=UTC)


def state(*resources: Json) -> State:
    return read_state(exported(*resources))


# Workloads


def test_a_deployment_is_its_place_its_images_and_its_readiness_probe() -> None:
    (found,) = workloads(state(export.deployment()))
    assert (found.namespace, found.name, found.title) == ("shop", "web", "deployment/web")
    assert (dict(found.images), found.ready_path) == ({"web": IMAGE}, "/ready")
    assert (found.labels, found.provider) == (export.labels(), export.REFERENCE)
    assert found.pod_spec["imagePullSecrets"] == [{"name": "registry-pull"}]


def test_init_containers_count_and_probes_that_ask_no_url_do_not() -> None:
    made = export.deployment()
    spec = made["inputs"]["spec"]["template"]["spec"]
    spec["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": 80}}
    spec["initContainers"] = [{"name": "seed", "image": "seed:1"}]
    (found,) = workloads(state(made))
    assert (dict(found.images), found.ready_path) == ({"seed": "seed:1", "web": IMAGE}, "")


def test_a_spec_that_is_secret_as_a_whole_is_read_too() -> None:
    made = export.deployment()
    made["inputs"]["spec"] = secret(made["inputs"]["spec"])
    (found,) = workloads(state(made))
    assert found.images == {"web": IMAGE}


@pytest.mark.parametrize(
    ("identifier", "metadata", "place"),
    [
        ("shop/web", {}, ("shop", "web")),
        ("web", {"namespace": "other"}, ("other", "web")),
        ("web", {}, ("default", "web")),
    ],
)
def test_the_place_of_an_object_is_its_id(identifier: str, metadata: Json, place: tuple[str, str]) -> None:
    made = export.deployment()
    made["id"] = identifier
    made["inputs"]["metadata"] = metadata | {"id": identifier}
    made["inputs"] = {**made["inputs"], "metadata": metadata}
    (found,) = workloads(state(made))
    assert (found.namespace, found.name) == place


def test_the_url_leads_to_the_service_behind_the_ingress() -> None:
    both = [export.service("model", "LoadBalancer"), export.service("web")]
    found = route(state(*both, export.ingress("web")))
    assert found is not None
    assert found == Route("shop", "web", export.labels())
    front, back = workloads(state(export.deployment(), export.deployment(name="model")))
    assert (found.leads_to(front), found.leads_to(back)) == (True, False)


def test_without_an_ingress_it_is_the_load_balancer_and_then_any_service() -> None:
    services = [export.service("model"), export.service("web", "LoadBalancer")]
    found = route(state(*services))
    assert found is not None
    assert found.service == "web"
    found = route(state(*services[:1]))
    assert found is not None
    assert found.service == "model"
    assert route(state()) is None


def test_a_service_without_a_selector_leads_nowhere() -> None:
    assert not Route("shop", "web", {}).selects(export.labels())
    assert not Route("shop", "web", {"a": "b"}).selects({"a": "c"})


# The right to pull


def of(kind: str, **inputs: Any) -> Json:
    return resource(kind, "pull", "id", inputs=inputs)


RIGHTS: dict[str, tuple[Json, tuple[str, str, str, str]]] = {
    "azure": (
        of(
            "azure-native:authorization:RoleAssignment",
            roleDefinitionId="/subscriptions/s/x/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
            principalId="p-1",
            scope="/subscriptions/s/registries/r",
        ),
        ("kubelet-identity", "p-1", "AcrPull", "/subscriptions/s/registries/r"),
    ),
    "azure, with a version in the token": (
        of(
            "azure-native:authorization/v20220401:RoleAssignment",
            roleDefinitionId="b93aa761-3e63-49ed-ac28-beffa264f7ac",
            principalId="p-1",
            scope="/r",
        ),
        ("kubelet-identity", "p-1", "Container Registry Repository Reader", "/r"),
    ),
    "aws, role": (
        of(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            role="nodes",
            policyArn="arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ),
        ("node-role", "nodes", "AmazonEC2ContainerRegistryPullOnly", "every repository of the account"),
    ),
    "aws, repository": (
        of("aws:ecr/repositoryPolicy:RepositoryPolicy", repository="web", policy="{}"),
        ("node-role", "whom its policy names", "repository policy", "web"),
    ),
    "google": (
        of(
            "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
            role="roles/artifactregistry.reader",
            member="serviceAccount:n@p.iam",
            repository="images",
        ),
        ("node-service-account", "n@p.iam", "roles/artifactregistry.reader", "images"),
    ),
    "pull secret": (export.pull_secret("r.example.com"), ("pull-secret", "registry-pull", "login", "r.example.com")),
}


@pytest.mark.parametrize(("made", "right"), RIGHTS.values(), ids=RIGHTS)
def test_each_right_to_pull_is_found_in_the_state(made: Json, right: tuple[str, ...]) -> None:
    (found,) = grants(state(made))
    assert (found.kind, found.identity, found.role, found.resource) == right
    assert found.since == MADE
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize(
    "made",
    [
        of("azure-native:authorization:RoleAssignment", roleDefinitionId="/x/8311e382-0749-4cb8-b61a-304f252e45ec"),
        of(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            policyArn="arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        ),
        of("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", role="roles/artifactregistry.writer"),
        of("kubernetes:core/v1:Secret", type="Opaque"),
        export.pull_secret() | {"delete": True},
        export.deployment(),
    ],
)
def test_other_rights_are_none_to_pull(made: Json) -> None:
    assert grants(state(made)) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"auths": null}'])
def test_a_pull_secret_that_cannot_be_read_is_one_all_the_same(text: str) -> None:
    made = export.pull_secret()
    made["inputs"]["stringData"] = {".dockerconfigjson": secret(text)}
    (found,) = grants(state(made))
    assert found.resource == ""


def test_an_old_state_has_the_age_of_the_object_itself() -> None:
    made = export.pull_secret()
    del made["created"]
    made["outputs"] = {"metadata": {"creationTimestamp": "2026-01-05T09:50:00Z"}}
    (found,) = grants(state(made))
    assert found.since == MADE


# Pods


def at(image: str, identity: str = "", **how: Any) -> Made:
    made = healthy(image=image, **how)
    made.status["imageID"] = identity
    return made


READY = [condition("Ready", "True", "")]


@pytest.mark.parametrize(
    ("image", "identity", "runs"),
    [
        (IMAGE, "", IMAGE),
        (IMAGE, f"elsewhere/web@{OTHER}", IMAGE),
        (f"{REPOSITORY}:1", f"elsewhere/web@{OTHER}", f"{REPOSITORY}@{OTHER}"),
        ("web:1", f"docker.io/library/web@{OTHER}", f"web@{OTHER}"),
        ("web", f"docker.io/library/web@{OTHER}", f"web@{OTHER}"),
        (f"{REPOSITORY}:1", f"{OTHER}", f"{REPOSITORY}:1"),
        (f"{REPOSITORY}:1", "", f"{REPOSITORY}:1"),
    ],
)
def test_what_a_pod_runs_is_a_digest_where_one_is_known(image: str, identity: str, runs: str) -> None:
    assert look_at(pod(at(image, identity)), {}).images == {"web": runs}


def test_a_pod_that_serves_is_ready_and_the_same_as_its_state() -> None:
    found = look_at(pod(at(IMAGE, restarts=2), conditions=READY), {"web": IMAGE})
    assert (found.ready, found.reason, found.restarts, found.node, found.differs) == (True, "", 2, "node-2", ())


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (pod(container(waiting("ImagePullBackOff"))), "ImagePullBackOff"),
        (pod(healthy(), container(waiting("CrashLoopBackOff"), name="b")), "CrashLoopBackOff"),
        (pod(container(ended(1, "OOMKilled"))), "OOMKilled"),
        (pod(container(ended(0, "Completed"), role="init"), container(running())), "Pending"),
        (pod(container(running()), phase="Running"), "NotReady"),
        (pod(container(None), phase="Failed", status={"reason": "Evicted"}), "Evicted"),
        (pod(container(None), node=None), "Pending"),
        (pod(healthy(), conditions=READY, deletionTimestamp="2026-01-05T10:00:00Z"), "Terminating"),
    ],
)
def test_a_pod_that_does_not_serve_has_its_reason(made: Json, reason: str) -> None:
    found = look_at(made, {})
    assert (found.ready, found.reason, found.goes) == (False, reason, reason == "Terminating")


def test_drift_is_told_by_content_and_what_others_put_in_is_none() -> None:
    images = {"web": f"mirror/web@{DIGEST}", "proxy": f"istio@{OTHER}"}
    assert differing(images, {"web": IMAGE}) == ()
    assert differing(images, {"web": f"{REPOSITORY}@{OTHER}"}) == ("web",)
    assert differing({}, {"web": IMAGE}) == ()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a:1", "a:1", True),
        ("a:1", "a:2", False),
        (f"a@{DIGEST}", f"b@{DIGEST}", True),
        (f"a@{DIGEST}", f"a@{OTHER}", False),
        (f"a@{DIGEST}", "a:1", False),
    ],
)
def test_references_without_digests_are_compared_word_by_word(one: str, other: str, equal: bool) -> None:
    assert same(one, other) is equal


def test_people_compare_the_start_of_a_digest_or_the_name() -> None:
    assert (short(IMAGE), short("r.example.com:5000/team/web:1")) == ("a" * 12, "web:1")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (172_799, "47 h"),
     (172_800, "2 d"), (1e7, "115 d")],
)  # fmt: skip
def test_times_are_said_in_the_largest_unit_that_fits(seconds: float | None, text: str) -> None:
    assert lasted(seconds) == text


def test_the_age_of_a_right_is_when_the_stack_first_gave_it() -> None:
    made = export.pull_secret()
    made["outputs"] = {"metadata": {"creationTimestamp": "2026-01-05T09:59:00Z"}}
    (found,) = grants(state(made))
    assert found.since == MADE


def test_what_somebody_put_into_a_pod_to_look_around_is_not_what_it_runs() -> None:
    found = look_at(pod(at(IMAGE), at("busybox", name="shell", role="ephemeral", restarts=7)), {})
    assert (dict(found.images), found.restarts) == ({"web": IMAGE}, 0)
