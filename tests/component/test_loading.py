"""An image without a registry on its way from the build to the pods."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pulumi
import pytest

from components.errors import ConfigError
from components.image import AppImage
from components.loading import ensure_loaded, load_all
from components.platforms.contract import Registry
from components.rollout_guard import RolloutGuard, RolloutGuardArgs
from pulls.causes import Code
from pulls.diagnosis import Diagnosis
from pulls.rehearsal.check import PullRefusedError
from pulls.rehearse import Report
from tests.component import apps
from tests.component.guarded import Guarded, deployment
from tests.component.test_app_args import args_of
from tests.component.test_image import BUILD, IMAGE
from tests.engine import DIGEST, run_program
from tests.unit.fake_cluster import PULLED, FakeCluster, refused

TAG = "0123456789abcdef" * 2
NAME = f"loaded.invalid/team/web:{TAG}"
NEVER = refused(f'Container image "{NAME}" is not present with pull policy of Never', "ErrImageNeverPull")


class Loads:
    """Remembers what it was asked to load."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.images: list[str] = []
        self._then = then

    def load(self, image: str) -> None:
        self.images.append(image)
        self._then()

    def fixes(self, image: str) -> tuple[tuple[str, str], ...]:
        return (("By hand.", f"load {image}"),)


def refusal(*codes: Code) -> PullRefusedError:
    found = [
        Diagnosis(code=each, kind=None, meaning="x", evidence="", text="", image=NAME, fixes=(("other", "other"),))
        for each in codes
    ]
    return PullRefusedError(found, "Deployment")


def answers(*said: Report | PullRefusedError) -> Callable[[], Report]:
    left = list(said)

    def check() -> Report:
        answer = left.pop(0)
        if isinstance(answer, PullRefusedError):
            raise answer
        return answer

    return check


# Built


def test_what_is_loaded_is_built_and_not_pushed_and_goes_by_its_contents_tag() -> None:
    graph = run_program(
        lambda: pulumi.export(
            "reference",
            AppImage(
                "image",
                {
                    "registry": Registry("loaded.invalid", "loaded.invalid", loader=Loads()),
                    "repository": "team/web",
                    "source": replace(BUILD, tag=TAG),
                },
            ).reference,
        )
    )
    assert graph.exports["reference"] == NAME
    inputs = graph.one(IMAGE).inputs
    assert (inputs["imageName"], inputs["skipPush"]) == (NAME, True)


# Deployed


@pytest.fixture
def no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that ends in an exception would leave the server that the engine calls hooks by."""

    def none(_: RolloutGuard) -> None: ...

    monkeypatch.setattr(RolloutGuard, "hooks", none)


def guard(loads: Loads | None) -> RolloutGuardArgs:
    return cast("RolloutGuardArgs", {"kubeconfig": "x", "loader": loads})


@pytest.mark.usefixtures("no_hooks")
def test_an_app_takes_the_tag_only_where_something_loads_it() -> None:
    graph = apps.run(image=NAME, guard=guard(Loads()))
    (container,) = apps.pod(graph)["spec"]["containers"]
    assert (container["image"], container["imagePullPolicy"]) == (NAME, "IfNotPresent")
    for without in ({}, {"guard": guard(None)}):
        with pytest.raises(ConfigError, match="is not a reference by digest"):
            apps.run(image=NAME, **without)


@pytest.mark.usefixtures("no_hooks")
@pytest.mark.parametrize(
    "image", ["loaded.invalid/team/web:latest", "loaded.invalid/team/web", f"r.io/web:{TAG}", f"r.io/web@{DIGEST}"]
)
def test_where_images_are_loaded_nothing_else_is_deployed(image: str) -> None:
    with pytest.raises(ConfigError, match="is not an image that is loaded into the nodes"):
        apps.run(image=image, guard=guard(Loads()))


def test_what_loads_images_reaches_the_guard_of_the_app() -> None:
    loads = Loads()
    args = args_of(lambda platform: replace(platform, registry=replace(platform.registry, loader=loads)))
    assert (args.get("guard") or {}).get("loader") is loads
    assert (args_of().get("guard") or {}).get("loader") is None


# Loaded, when the nodes are asked and have it not


def test_what_the_nodes_have_is_not_loaded_again() -> None:
    loads, report = Loads(), Report()
    assert ensure_loaded(answers(report), loads) is report
    assert loads.images == []


def test_what_they_lack_is_loaded_once_and_looked_for_again() -> None:
    loads, report = Loads(), Report()
    assert ensure_loaded(answers(refusal(Code.NOT_LOADED, Code.NOT_LOADED), report), loads) is report
    assert loads.images == [NAME]


def test_what_they_lack_after_a_load_that_said_nothing_is_refused_with_the_loaders_commands() -> None:
    with pytest.raises(PullRefusedError) as caught:
        ensure_loaded(answers(refusal(Code.NOT_LOADED), refusal(Code.NOT_LOADED, Code.DNS)), Loads())
    assert [each.fixes for each in caught.value.diagnoses] == [(("By hand.", f"load {NAME}"),), (("other", "other"),)]
    assert "the Deployment was not touched" in str(caught.value)


def test_only_what_is_in_no_registry_is_loaded() -> None:
    loads = Loads()
    load_all(loads, [f"r.example.com/log@{DIGEST}", NAME])
    assert loads.images == [NAME]


def test_another_cause_is_no_reason_to_load() -> None:
    loads = Loads()
    with pytest.raises(PullRefusedError):
        ensure_loaded(answers(refusal(Code.DNS)), loads)
    assert loads.images == []


# At the change of the Deployment


def test_before_the_change_the_nodes_are_asked_and_given_what_they_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster({"amd64": [[NEVER], [PULLED]]})
    loads = Loads()
    Guarded(monkeypatch, cluster).before(deployment(NAME), loader=loads)
    assert loads.images == [NAME]
    assert len(cluster.created) == 2


def test_they_are_asked_also_when_something_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster({"amd64": [[PULLED]]})
    Guarded(monkeypatch, cluster).before(deployment(NAME), deployment(NAME), loader=Loads())
    assert len(cluster.created) == 1


def test_without_a_rehearsal_it_is_loaded_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster({})
    loads = Loads()
    Guarded(monkeypatch, cluster).before(deployment(NAME), loader=loads, rehearsal="off")
    assert (loads.images, cluster.created) == ([NAME], [])


def test_a_load_that_fails_ends_the_update_with_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        reason = "not loaded: kind load …"
        raise ConfigError(reason)

    guarded = Guarded(monkeypatch, FakeCluster({"amd64": [[NEVER]]}))
    with pytest.raises(ConfigError, match="not loaded: kind load …"):
        guarded.before(deployment(NAME), loader=Loads(fail))
