"""Reading a stack through the pulumi on PATH, and all that may be in the way."""

import json
import os
import socket
from pathlib import Path

import pytest

from ops.stack import read_stack
from ops.stack_errors import StackError
from ops.stack_lock import Lock, read_locks
from ops.stack_names import nearest
from ops.stack_project import find_project
from ops.state import Secret
from pulls.fixes import Target
from tests.unit import stack_exports as export
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_exports import PASSWORD, exported, secret, whole
from tests.unit.stack_locks import dead_process, lock


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    made = FakePulumi(tmp_path, monkeypatch)
    made.answers("export", whole())
    return made


def refused(pulumi: FakePulumi, name: str | None = None) -> str:
    with pytest.raises(StackError) as error:
        read_stack(name, pulumi.project)
    text = str(error.value)
    assert "\n" not in text
    assert PASSWORD not in text
    return text


def test_a_stack_is_read_with_one_call_that_asks_nobody_anything(pulumi: FakePulumi) -> None:
    stack = read_stack("local", pulumi.project)
    assert (stack.name, stack.project, stack.target) == ("local", "monadic-pipeline", Target.LOCAL)
    assert stack.url == "http://shop.localhost:8080"
    assert stack.locks == ()
    assert pulumi.asked == ["stack export --show-secrets --stack local --non-interactive --color never"]


def test_without_a_name_it_is_the_selected_one(pulumi: FakePulumi) -> None:
    assert read_stack(None, pulumi.project).name == "local"
    assert sorted(pulumi.asked) == [
        "stack --show-name --fully-qualify-stack-names --non-interactive --color never",
        "stack export --show-secrets --non-interactive --color never",
    ]


def test_a_folder_inside_of_the_project_will_do(pulumi: FakePulumi) -> None:
    inside = pulumi.project / "a" / "b"
    inside.mkdir(parents=True)
    assert read_stack(None, inside).name == "local"


def test_nothing_that_pulumi_says_is_kept_on_disk(pulumi: FakePulumi, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    read_stack("local", pulumi.project)
    assert {each.name for each in set(tmp_path.rglob("*")) - before} == {"asked"}


@pytest.mark.parametrize(
    ("outputs", "url", "target"),
    [
        ({}, "", Target.ANY),
        ({"url": 3, "target": "moon"}, "", Target.ANY),
        ({"url": secret("http://x"), "target": "aks"}, "", Target.AKS),
        ({"url": "web.shop", "target": "any"}, "", Target.ANY),
        ({"url": "https://x"}, "https://x", Target.ANY),
    ],
)
def test_other_programs_need_not_have_the_outputs_of_this_one(
    pulumi: FakePulumi, outputs: dict[str, object], url: str, target: Target
) -> None:
    pulumi.answers("export", exported(export.root(**outputs)))
    stack = read_stack(None, pulumi.project)
    assert (stack.url, stack.target) == (url, target)


# What may be in the way


def test_no_pulumi_on_path(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(pulumi.project))
    text = refused(pulumi)
    assert text.startswith("there is no pulumi on PATH; type, for the sandbox: eval")
    assert "https://www.pulumi.com/docs" in text


def test_a_pulumi_that_cannot_be_started(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    command = pulumi.project / "pulumi"
    command.write_text("#!/no/such/shell\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(pulumi.project))
    assert "cannot be started" in refused(pulumi)


def test_a_pulumi_that_does_not_end(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    command = pulumi.project / "pulumi"
    command.write_text("#!/bin/sh\nexec sleep 20\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{pulumi.project}:/usr/bin:/bin")
    monkeypatch.setattr("ops.pulumi_cli._SECONDS", 0.2)
    assert "does not end within" in refused(pulumi)


def test_no_project_here(pulumi: FakePulumi, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"no Pulumi\.yaml in .* or above it; type: cd FOLDER"):
        read_stack("local", tmp_path)
    assert pulumi.asked == []


@pytest.mark.parametrize("text", ["name: [", "- a\n", "runtime: python\n", ""])
def test_a_project_file_that_is_none(pulumi: FakePulumi, text: str) -> None:
    (pulumi.project / "Pulumi.yaml").write_text(text)
    assert str(pulumi.project / "Pulumi.yaml") in refused(pulumi)


def test_a_misspelt_stack_is_told_with_the_one_that_is_meant(pulumi: FakePulumi) -> None:
    pulumi.refuses("no stack named 'lcal' found", code=6)
    pulumi.has_stacks("aks", "local", "organization/other/lcal")
    text = refused(pulumi, "lcal")
    assert text == (
        "there is no stack 'lcal' (did you mean local?); the project here has aks, local; of that name there is "
        "organization/other/lcal, so go to the folder of that project; type: pulumi stack ls"
    )
    assert pulumi.asked[-1].startswith("stack ls --all --json")


def test_no_stack_selected(pulumi: FakePulumi) -> None:
    pulumi.refuses("no stack selected; please use `pulumi stack select` to choose one")
    pulumi.has_stacks("aks", "local")
    assert "the project here has aks, local; type: pulumi stack select NAME" in refused(pulumi)


def test_a_list_of_stacks_that_cannot_be_had_is_left_out(pulumi: FakePulumi) -> None:
    pulumi.refuses("no stack selected; please use `pulumi stack select` to choose one")
    pulumi.answers("ls", "no JSON")
    assert "the project here has none" not in refused(pulumi)
    pulumi.answers("ls", err="error: no", code=1)
    assert refused(pulumi).startswith("no stack is selected in ")


def test_a_wrong_passphrase(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "hunter2")
    pulumi.refuses("could not deserialize deployment: failed to decrypt: incorrect passphrase, please set …")
    text = refused(pulumi, "local")
    assert text.startswith("the stack local cannot be read: the passphrase in PULUMI_CONFIG_PASSPHRASE is not the one")
    assert "hunter2" not in text


def test_a_stack_with_nothing_in_it(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    assert refused(pulumi, "local") == "nothing is deployed in the stack local; type: pulumi up -s local"
    assert refused(pulumi) == "nothing is deployed in the selected stack; type: pulumi up"


def test_a_first_update_that_was_killed_before_it_made_anything_is_named_and_mended(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    pulumi.answers("name", "local\n")
    lock(pulumi, pid=dead_process())
    for name in ("local", "organization/monadic-pipeline/local", None):
        option = f" -s {name}" if name else ""
        text = refused(pulumi, name)
        assert "and it is still locked by me@" in text
        assert text.endswith(f"which has ended; type: .venv/bin/python -m ops recover{option}")
        stack = read_stack(name, pulumi.project, locked=True)
        assert (stack.name, stack.project, stack.state.resources) == ("local", "monadic-pipeline", ())
        assert [each.is_left for each in stack.locks or ()] == [True]


def test_a_first_update_at_work_is_waited_for(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    lock(pulumi)
    text = refused(pulumi, "local")
    assert text.startswith("nothing is deployed in the stack local yet, and an update holds it: me@")
    assert text.endswith("; wait until that has ended")


def test_an_empty_stack_that_nobody_holds_has_nothing_to_recover(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    with pytest.raises(StackError, match="nothing is deployed in the stack local; type: pulumi up -s local"):
        read_stack("local", pulumi.project, locked=True)


def test_an_empty_stack_of_another_project_is_no_stack_of_this_one(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported())
    assert "is of the project other" in refused(pulumi, "organization/other/local")


def test_a_stack_of_another_project(pulumi: FakePulumi) -> None:
    (pulumi.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    text = refused(pulumi, "organization/monadic-pipeline/local")
    assert text.startswith(
        f"the stack local is of the project monadic-pipeline, and {pulumi.project} is the project sho"
    )


def test_an_answer_that_is_no_state(pulumi: FakePulumi) -> None:
    pulumi.answers("export", f"hello {PASSWORD}")
    assert "what pulumi answers is not JSON" in refused(pulumi)


# Locks


def locks_of(pulumi: FakePulumi) -> list[Lock]:
    found = read_stack("local", pulumi.project).locks
    assert found is not None
    return list(found)


def test_an_update_that_runs_holds_the_stack_which_can_be_read_all_the_same(pulumi: FakePulumi) -> None:
    lock(pulumi, timestamp="2099-01-05T09:57:00.123456789+01:00")
    (found,) = locks_of(pulumi)
    assert found.text == f"me@{socket.gethostname()} (process {os.getpid()}, since 2099-01-05 09:57:00)"
    assert not found.is_left


def test_a_lock_whose_process_has_ended_is_left_behind_but_only_this_machine_knows(pulumi: FakePulumi) -> None:
    gone = dead_process()
    lock(pulumi, pid=gone)
    lock(pulumi, "b", pid=gone, hostname="elsewhere")
    assert [each.is_left for each in locks_of(pulumi)] == [True, False]


def test_a_lock_that_is_half_written_is_not_seen_yet(pulumi: FakePulumi) -> None:
    lock(pulumi).write_text('{"pid": 1')
    assert read_stack("local", pulumi.project).locks == ()


def test_locks_of_a_state_that_lies_elsewhere_are_not_known(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")
    assert read_stack("local", pulumi.project).locks is None
    assert read_locks("https://api.pulumi.com", "monadic-pipeline", "local") is None


def test_the_project_may_say_where_its_state_lies(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(pulumi)
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    project = f"name: monadic-pipeline\nruntime: python\nbackend: {{url: 'file://{pulumi.state}'}}\n"
    (pulumi.project / "Pulumi.yaml").write_text(project)
    assert len(locks_of(pulumi)) == 1
    assert len(pulumi.asked) == 1


def test_otherwise_whoever_is_logged_in_says_it(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(pulumi)
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    pulumi.answers("whoami", json.dumps({"user": "me", "url": f"file://{pulumi.state}?no_tmp_dir=true"}))
    assert len(locks_of(pulumi)) == 1
    pulumi.answers("whoami", err="error: no", code=1)
    assert read_stack("local", pulumi.project).locks is None


# Names and projects


@pytest.mark.parametrize(
    ("wanted", "known", "text"),
    [
        ("x", None, ""),
        ("x", [], "; the project here has none"),
        ("", ["a", "b"], "; the project here has a, b"),
        ("prd", ["prod", "dev"], " (did you mean prod?); the project here has prod, dev"),
        ("dev", ["organization/shop/dev"], "; the project here has none; of that name there is organization/shop/dev,"),
        ("s", [f"s{each}" for each in range(10)], "s7 and 2 more"),
    ],
)
def test_the_stacks_that_there_are_follow_a_refusal(wanted: str, known: list[str] | None, text: str) -> None:
    found = nearest(wanted, known)
    assert text in found
    assert bool(text) is bool(found)


def test_the_nearest_project_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: outer\n")
    assert find_project(inner).name == "outer"
    (inner / "Pulumi.yml").write_text("name: inner\n")
    assert find_project(inner).name == "inner"


def test_a_secret_is_not_taken_for_a_text(pulumi: FakePulumi) -> None:
    pulumi.answers("export", exported(export.root(name=secret(PASSWORD))))
    stack = read_stack("local", pulumi.project)
    assert stack.output("name") == ""
    assert stack.state.outputs["name"] == Secret(PASSWORD)


def test_a_process_that_took_the_number_of_one_that_ended_holds_nothing(pulumi: FakePulumi) -> None:
    lock(pulumi, timestamp="2020-01-01T00:00:00Z")
    (found,) = locks_of(pulumi)
    assert found.is_left
