"""What a registry says about an image that it has, half has or has not; on real servers on loopback."""

import json
from collections.abc import Iterator

import pytest

from pulls.registry.ask import Answer, Login, Outcome, ask
from tests.unit.registry_server import (
    MANIFEST,
    PASSWORD,
    USER,
    ZERO,
    Registry,
    Reply,
    Request,
    basic_header,
    digest,
    error_body,
    registry,
)

LOGIN = Login(USER, PASSWORD)


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def web(served: Registry, login: Login | None = None, name: str = "team/web:1") -> Answer:
    return ask(f"{served.host}/{name}", login=login)


def test_an_image_that_is_there_says_its_digest_its_platform_and_the_size_of_its_layers(served: Registry) -> None:
    pushed = served.push_image("team/web", "1", "linux/arm64/v8", sizes=(7, 11))
    assert web(served) == Answer(
        Outcome.PRESENT,
        status=200,
        asked=f"GET http://{served.host}/v2/team/web/manifests/1",
        platforms=("linux/arm64/v8",),
        digest=pushed,
        size=18,
    )


def test_it_is_asked_for_every_type_of_manifest_that_nodes_read(served: Registry) -> None:
    web(served)
    accepted = served.asked[0].headers["accept"]
    for kind in ("oci.image.index.v1", "oci.image.manifest.v1", "manifest.list.v2", "distribution.manifest.v2"):
        assert kind in accepted


def test_of_a_tag_and_a_digest_the_digest_is_asked_for(served: Registry) -> None:
    pushed = served.push_image("team/web", "1")
    assert web(served, name=f"team/web:gone@{pushed}").outcome is Outcome.PRESENT


def test_an_index_says_which_of_the_nodes_platforms_it_lacks_and_the_size_for_the_first_that_it_has(
    served: Registry,
) -> None:
    arm = served.push_image("team/web", "arm", "linux/arm64", sizes=(3,))
    intel = served.push_image("team/web", "intel", "linux/amd64", sizes=(5,))
    served.push_index("team/web", "1", {arm: "linux/arm64", intel: "linux/amd64", ZERO: "unknown/unknown"})
    nodes = ("windows/amd64", "linux/amd64")
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=nodes)
    assert answer.outcome is Outcome.PRESENT
    assert answer.platforms == ("linux/arm64", "linux/amd64")
    assert answer.missing_platforms == ("windows/amd64",)
    assert answer.size == 5


def test_an_index_entry_without_a_platform_may_be_for_any_node(served: Registry) -> None:
    arm = served.push_image("team/web", "arm", "linux/arm64")
    served.push_index("team/web", "1", {arm: "linux/arm64", ZERO: None})
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64"])
    assert answer.missing_platforms == ()


def test_a_single_image_for_another_platform_is_present_and_not_for_the_node(served: Registry) -> None:
    served.push_image("team/web", "1", "linux/arm64")
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64", "linux/arm64"])
    assert (answer.outcome, answer.missing_platforms) == (Outcome.PRESENT, ("linux/amd64",))


def test_a_chart_is_no_image_and_has_no_platform_to_miss(served: Registry) -> None:
    chart: dict[str, object] = {
        "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": ZERO},
        "layers": [],
    }
    served.push("team/web", "1", MANIFEST, json.dumps(chart).encode())
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64"])
    assert (answer.outcome, answer.platforms, answer.missing_platforms) == (Outcome.PRESENT, (), ())


def test_a_tag_that_is_not_there_is_told_from_a_repository_that_is_not_there(served: Registry) -> None:
    served.push_image("team/web", "1")
    tag, repository = web(served, name="team/web:2"), web(served, name="team/wbe:1")
    assert (tag.outcome, tag.status, tag.said) == (
        Outcome.NOT_FOUND,
        404,
        "MANIFEST_UNKNOWN: manifest unknown in team/web",
    )
    assert tag.asked == f"GET http://{served.host}/v2/team/web/manifests/2"
    assert repository.outcome is Outcome.REPOSITORY_MISSING


def test_a_registry_that_itself_names_the_repository_is_not_asked_for_tags(served: Registry) -> None:
    served.always(Reply(404, error_body("NAME_UNKNOWN", "no such repository")))
    assert web(served).outcome is Outcome.REPOSITORY_MISSING
    assert len(served.asked) == 1


def test_an_image_whose_manifest_for_the_node_is_gone_is_not_found(served: Registry) -> None:
    served.push_index("team/web", "1", {ZERO: "linux/amd64"})
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64"])
    assert (answer.outcome, answer.platforms) == (Outcome.NOT_FOUND, ("linux/amd64",))
    assert "the manifest for linux/amd64 is missing" in answer.said


def test_an_index_that_names_its_manifests_by_no_digest_is_an_error_of_the_registry(served: Registry) -> None:
    served.push_index("team/web", "1", {"../../../other/manifests/1": "linux/amd64"})
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64"])
    assert answer.outcome is Outcome.SERVER_ERROR
    assert len(served.asked) == 1


def test_content_of_another_digest_is_told_with_both(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.content[f"/v2/team/web/manifests/{ZERO}"] = served.content["/v2/team/web/manifests/1"]
    answer = web(served, name=f"team/web@{ZERO}")
    found = digest(served.content["/v2/team/web/manifests/1"].body)
    assert (answer.outcome, answer.digest) == (Outcome.WRONG_DIGEST, found)
    assert answer.said == f"asked for {ZERO}, and the content is {found}"


def test_a_config_of_another_digest_is_wrong_too(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.always(Reply(200, b"{}"), "/v2/team/web/blobs/")
    assert web(served).outcome is Outcome.WRONG_DIGEST


def test_blobs_are_followed_to_another_host_which_gets_no_login(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.auth = "basic"
    with registry() as storage:
        storage.content = served.content

        def redirect(request: Request) -> Reply | None:
            there = f"http://user:pass@{storage.host}{request.path}?signature=s3cr3t"
            return Reply(307, headers={"Location": there}) if "/blobs/" in request.path else None

        served.overrides.append(redirect)
        answer = web(served, LOGIN)
        assert answer.outcome is Outcome.PRESENT
        assert [(each.authorization, each.query) for each in storage.asked] == [(None, "signature=s3cr3t")]
    assert served.asked[-1].authorization == basic_header()


def test_a_storage_that_refuses_is_not_the_logins_fault(served: Registry) -> None:
    served.push_image("team/web", "1")
    with registry() as storage:
        storage.always(
            Reply(403, b"<Error><Code>AccessDenied</Code></Error>", {"Content-Type": "application/xml"}), "/"
        )
        served.always(Reply(302, headers={"Location": f"http://{storage.host}/x?sig=1"}), "/v2/team/web/blobs/")
        answer = web(served)
    assert (answer.outcome, answer.status) == (Outcome.FORBIDDEN, 403)
    assert answer.said.startswith("the storage that the registry redirects to")
