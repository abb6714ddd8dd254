"""What the command `python -m ops expired` leaves alone, and why: each is told, and nothing is destroyed."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.pulumi_stacks import Stacks
from tests.unit.stack_locks import lock_of
from tests.unit.test_ops_expired_command import APP, LATER, PAST, ops


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stacks:
    return Stacks(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"tags": {**PAST, "profile": "production"}}, "its tag profile says so"),
        ({"history": [{"kind": "update", "config": {"monadic-pipeline:profile": {"value": "production"}}}]},
         "its last update was one of"),
    ],
)  # fmt: skip
def test_production_is_never_destroyed(stacks: Stacks, more: dict[str, Any], words: str) -> None:
    stacks.add("prod", *APP, **{"tags": PAST, **more})
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert f"prod has an end and is marked production, so it is not touched: {words}" in done.stdout
    assert (stacks.names, stacks.did("destroy")) == (["prod"], [])


def test_production_by_its_stack_file_is_never_destroyed(stacks: Stacks) -> None:
    (stacks.project / "Pulumi.prod.yaml").write_text("config:\n  monadic-pipeline:profile: production\n")
    stacks.add("prod", *APP, tags=PAST)
    done = ops("--yes")
    assert "its stack file says so (monadic-pipeline:profile)" in done.stdout
    assert stacks.did("destroy") == []


def test_one_that_became_production_between_the_look_and_the_destroy_is_not_destroyed(stacks: Stacks) -> None:
    stacks.add("a", *APP, tags=PAST)
    stacks.add("b", *APP, tags={"expires": "2026-01-02T00:00:00Z"})
    stacks.after("destroy", "b", tags={**PAST, "profile": "production"})
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert stacks.names == ["b"]
    assert "b has an end and is marked production" in done.stdout


def test_one_that_was_given_more_time_meanwhile_is_not_destroyed(stacks: Stacks) -> None:
    stacks.add("a", *APP, tags=PAST)
    stacks.add("b", *APP, tags={"expires": "2026-01-02T00:00:00Z"})
    stacks.after("destroy", "b", tags=LATER)
    done = ops("--yes")
    assert done.exit_code == 0, done.output
    assert stacks.names == ["b"]
    assert "has time left" in done.stdout


def test_one_at_which_an_update_works_is_left_alone(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST)
    lock_of(stacks.state, "pr-1-aks")
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert "pr-1-aks is past its time, and is left alone, as an update holds it: me@" in done.stdout
    assert [*stacks.did("destroy"), *stacks.did("cancel")] == []


def test_one_that_the_service_says_is_being_updated_is_left_alone(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST, listed={"updateInProgress": True})
    done = ops("--yes")
    assert "as an update holds it: an update that is under way" in done.stdout
    assert stacks.did("destroy") == []


def test_a_lock_that_nobody_can_see_is_what_pulumi_says_of_it(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST)
    stacks.refuse(
        "destroy", "the stack is currently locked by 1 lock(s). created by ci@run (pid 7) at 2026-01-05T10:00:00Z"
    )
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert "pr-1-aks is locked by ci@run (process 7, since 2026-01-05 10:00:00)" in done.stdout
    assert stacks.names == ["pr-1-aks"]


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        ("stack export", "failed to decrypt: incorrect passphrase", "pr-1-aks cannot be read: "),
        ("stack history --stack pr-1-aks", "connection reset", "pulumi cannot read the history of the stack pr-1-aks"),
        ("stack tag ls", "connection reset", "pulumi cannot read the tags of the stack pr-1-aks: connection reset"),
    ],
)
def test_one_that_cannot_be_read_is_not_touched(stacks: Stacks, words: str, said: str, told: str) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST)
    stacks.refuse(words, said)
    done = ops("--yes")
    assert done.exit_code == 4, done.output
    assert "unknown  whether pr-1-aks may go is not known: " in done.stdout
    assert told in done.stdout
    assert stacks.did("destroy") == []


def test_one_of_another_project_is_not_touched(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP, tags=PAST, project="shop")
    done = ops("--yes")
    assert done.exit_code == 4, done.output
    assert "the stack pr-1-aks is of the project shop, and" in done.stdout
    assert stacks.did("destroy") == []


@pytest.mark.parametrize("said", ["blob (code=Unknown): dial tcp: lookup s3: no such host", "could not list bucket"])
def test_a_backend_that_cannot_be_reached_is_one_line(stacks: Stacks, said: str) -> None:
    stacks.refuse("stack ls", said)
    done = ops("--yes")
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line == f"error: pulumi cannot list the stacks of monadic-pipeline: {said}; try: pulumi stack ls"


@pytest.mark.usefixtures("stacks")
def test_without_a_project_it_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = ops()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no Pulumi.yaml in" in done.stderr


@pytest.mark.parametrize("text", ["tomorrow", "2026-01-01T00:00:00", ""])
def test_a_tag_that_says_no_time_is_told_and_nothing_destroyed(stacks: Stacks, text: str) -> None:
    stacks.add("pr-1-aks", *APP, tags={"expires": text})
    done = ops("--yes")
    assert done.exit_code == 3, done.output
    assert "pr-1-aks is not touched: its tag expires says " in done.stdout
    assert "pulumi stack tag set expires 20" in done.stdout
    assert stacks.did("destroy") == []


def test_one_of_a_closed_pull_request_without_an_end_is_not_touched(stacks: Stacks) -> None:
    stacks.add("pr-1-aks", *APP)
    stacks.add("pr-1-eks", *APP, tags={**LATER, "profile": "production"})
    done = ops("--closed", "1", "--yes")
    assert done.exit_code == 3, done.output
    assert stacks.names == ["pr-1-aks", "pr-1-eks"]
    assert stacks.did("destroy") == []
    assert stacks.tags("pr-1-aks") == {}
