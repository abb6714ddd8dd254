"""The config files and secrets of a PipelineApp: pods roll with them, and no value is seen."""

import pulumi
import pytest

from tests.component.apps import CONFIG_MAP, SECRET, STASH, app, pod, run
from tests.engine import run_program
from tests.graph import Graph, Registration


def test_a_changed_config_file_rolls_the_pods_and_leaves_the_old_ones_theirs() -> None:
    before, after = run(config_files={"a": "1"}), run(config_files={"a": "2"})
    names = [each.one(CONFIG_MAP).inputs["metadata"]["name"] for each in (before, after)]
    assert names[0] != names[1]
    marks = [pod(each)["metadata"]["annotations"]["checksum/config"] for each in (before, after)]
    assert marks[0] != marks[1]
    assert pod(after)["spec"]["volumes"][1]["configMap"]["name"] == names[1]
    assert after.one(CONFIG_MAP).inputs["immutable"] is True


def test_a_file_may_stand_beside_what_the_image_has_in_its_folder() -> None:
    spec = pod(run(config_files={"b.json": "{}", "a.json": "{}"}, config_path="/app", config_beside=True))["spec"]
    (container,) = spec["containers"]
    assert [each for each in container["volumeMounts"] if each["name"] == "config"] == [
        {"name": "config", "mountPath": f"/app/{file}", "subPath": file, "readOnly": True}
        for file in ("a.json", "b.json")
    ]


def secret_mark(graph: Graph) -> str:
    return pod(graph)["metadata"]["annotations"]["checksum/secrets"]


def test_a_changed_secret_rolls_the_pods_when_the_key_is_the_states(monkeypatch: pytest.MonkeyPatch) -> None:
    def same_key(_: int) -> str:
        return "the key in the state"

    monkeypatch.setattr("secrets.token_hex", same_key)
    first, again, other = (run(secrets={"A": value}) for value in ("1", "1", "2"))
    assert secret_mark(first) == secret_mark(again) != secret_mark(other)


def test_another_key_hides_that_a_secret_is_the_same() -> None:
    assert secret_mark(run(secrets={"A": "1"})) != secret_mark(run(secrets={"A": "1"}))


def test_the_checksum_key_is_secret_and_kept_from_the_first_run() -> None:
    stash = run(secrets={"A": "1"}).one(STASH)
    assert stash.secrets == {"input"}
    assert list(stash.request.ignoreChanges) == ["input"]


def test_secret_values_are_marked_wherever_they_go() -> None:
    graph = run(secrets={"API_KEY": "canary-value"}, secrets_as_files=True)
    assert graph.one(SECRET).secrets == {"stringData"}
    assert graph.one(SECRET).inputs["stringData"] == {"API_KEY": "canary-value"}
    others: list[Registration] = [each for each in graph.resources if each.type != SECRET]
    assert "canary-value" not in "".join(str(each.inputs) for each in others)


def test_secret_values_may_come_from_other_resources() -> None:
    graph = run_program(lambda: app(secrets={"A": pulumi.Output.from_input("later")}))
    assert graph.one(SECRET).inputs["stringData"] == {"A": "later"}
