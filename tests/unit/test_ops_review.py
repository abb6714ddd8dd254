"""The command `python -m ops review-stack`: what it asks pulumi, in which order, and what it refuses."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.stack_files import ROOT
from tests.unit.pulumi_stacks import Stacks
from tests.unit.team_documents import fitting

SALT = "encryptionsalt: v1:abc=\n"


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stacks:
    made = Stacks(tmp_path, monkeypatch)
    for target in ("aks", "local"):
        shutil.copy(ROOT / f"Pulumi.{target}.yaml", made.project)
    return made


def ops(*words: str) -> Result:
    done = CliRunner().invoke(app, ["review-stack", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def line(done: Result) -> str:
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    (said,) = done.stderr.splitlines()
    return said


def secret(stacks: Stacks, head: str = "") -> None:
    file = stacks.project / "Pulumi.aks.yaml"
    text = file.read_text().replace(
        "config:\n", "config:\n  monadic-pipeline:appSecrets:\n    TOKEN:\n      secure: v1:x\n"
    )
    file.write_text(head + text)


def test_the_stack_is_there_with_its_end_before_anything_is_set(stacks: Stacks) -> None:
    done = ops("aks", "--number", "12", "--hours", "4")
    assert done.exit_code == 0, done.output
    assert [" ".join(each.split()[:3]) for each in stacks.asked] == [
        "stack init pr-12-aks",
        "stack tag set",
        "config set-all --path",
    ]
    assert "--no-select" in stacks.asked[0]
    assert "--plaintext cluster.name=monadic-pipeline-pr-12" in stacks.asked[2]
    end = datetime.fromisoformat(stacks.tags("pr-12-aks")["expires"])
    assert abs(end - datetime.now(UTC) - timedelta(hours=4)) < timedelta(minutes=1)
    assert done.stdout.splitlines()[-1] == "stack    pr-12-aks"


def test_a_script_is_told_the_stack_its_end_and_what_it_has_for_itself(stacks: Stacks) -> None:
    done = ops("acme/aks", "--number", "12", "--json")
    assert done.exit_code == 0, done.output
    told = fitting("review-stack", done.stdout)
    assert (told["stack"], told["file"], told["base"]) == ("acme/pr-12-aks", "Pulumi.pr-12-aks.yaml", "Pulumi.aks.yaml")
    assert told["ends"] == stacks.tags("acme/pr-12-aks")["expires"]
    assert {"path": "cluster.name", "value": "monadic-pipeline-pr-12"} in told["own"]
    assert told["command"] == "pulumi up -s acme/pr-12-aks"


def test_the_file_is_the_one_of_the_stack_with_all_its_comments(stacks: Stacks) -> None:
    ops("aks", "--number", "12")
    first, _, rest = (stacks.project / "Pulumi.pr-12-aks.yaml").read_text().partition("\n")
    assert first == "# Made of Pulumi.aks.yaml by `python -m ops review-stack`, anew each time."
    assert rest == (stacks.project / "Pulumi.aks.yaml").read_text()


def test_once_more_gives_it_more_time(stacks: Stacks) -> None:
    ops("aks", "--number", "12", "--hours", "1")
    first = stacks.tags("pr-12-aks")["expires"]
    done = ops("aks", "--number", "12", "--hours", "9")
    assert done.exit_code == 0, done.output
    assert stacks.tags("pr-12-aks")["expires"] > first
    assert stacks.names == ["pr-12-aks"]


def test_an_organization_is_the_one_of_the_new_stack(stacks: Stacks) -> None:
    done = ops("acme/aks", "--number", "12")
    assert done.exit_code == 0, done.output
    assert stacks.names == ["acme/pr-12-aks"]
    assert (stacks.project / "Pulumi.pr-12-aks.yaml").is_file()


@pytest.mark.parametrize("head", [SALT, "secretsprovider: awskms://alias/x\nencryptedkey: abc=\n"])
def test_secrets_that_a_passphrase_or_a_key_opens_are_taken_as_they_are(stacks: Stacks, head: str) -> None:
    secret(stacks, head)
    done = ops("aks", "--number", "12")
    assert done.exit_code == 0, done.output
    assert head in (stacks.project / "Pulumi.pr-12-aks.yaml").read_text()
    assert stacks.did("config cp") == []
    assert ("--secrets-provider awskms://alias/x" in stacks.asked[0]) == ("awskms" in head)


def test_secrets_that_a_server_encrypts_for_each_stack_are_copied_by_pulumi(stacks: Stacks) -> None:
    secret(stacks)
    stacks.add("acme/aks")
    done = ops("acme/aks", "--number", "12")
    assert done.exit_code == 0, done.output
    (copied,) = stacks.did("config cp")
    assert copied.startswith("config cp monadic-pipeline:appSecrets --stack acme/aks --dest acme/pr-12-aks ")


def test_secrets_of_a_stack_that_is_not_there_are_told_as_its_own(stacks: Stacks) -> None:
    secret(stacks)
    assert "there is no stack 'aks'" in line(ops("aks", "--number", "12"))


def test_a_production_stack_file_is_refused_before_anything_is_made(stacks: Stacks) -> None:
    file = stacks.project / "Pulumi.aks.yaml"
    file.write_text(file.read_text().replace("profile: test", "profile: production"))
    said = line(ops("aks", "--number", "12"))
    assert said.startswith("error: no stack of a pull request can be made of Pulumi.aks.yaml: it is marked production")
    assert stacks.asked == []
    assert not (stacks.project / "Pulumi.pr-12-aks.yaml").exists()


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("aksx", "there is no Pulumi.aksx.yaml; there are aks, local"),
        ("pr-3-aks", "there is no Pulumi.pr-3-aks.yaml"),
        ("broken", "Pulumi.broken.yaml "),
    ],
)
def test_a_stack_file_that_is_none_is_one_line(stacks: Stacks, base: str, words: str) -> None:
    (stacks.project / "Pulumi.broken.yaml").write_text("config: [\n")
    if base == "aksx":
        (stacks.project / "Pulumi.broken.yaml").unlink()
    assert words in line(ops(base, "--number", "12"))
    assert stacks.asked == []


@pytest.mark.usefixtures("stacks")
def test_none_is_made_of_one_of_a_pull_request() -> None:
    ops("aks", "--number", "12")
    said = line(ops("pr-12-aks", "--number", "13"))
    assert "Pulumi.pr-12-aks.yaml is of a pull request itself" in said


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        ("stack init", "PULUMI_ACCESS_TOKEN must be set for login", "nobody is logged in"),
        ("stack tag set", "403 forbidden", "pulumi cannot make the stack pr-12-aks: 403 forbidden; try: pulumi stack"),
        ("config set-all", "incorrect passphrase", "pr-12-aks cannot be read: its secrets are encrypted"),
    ],
)
def test_a_step_that_pulumi_refuses_is_one_line(
    stacks: Stacks, monkeypatch: pytest.MonkeyPatch, words: str, said: str, told: str
) -> None:
    for each in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(each, raising=False)
    stacks.refuse(words, said)
    assert told in line(ops("aks", "--number", "12"))


@pytest.mark.parametrize("words", [["--number", "0"], ["--number", "1", "--hours", "0"], ["--number", "x"], []])
def test_what_is_no_number_or_no_time_is_refused(stacks: Stacks, words: list[str]) -> None:
    assert ops("aks", *words).exit_code == 2
    assert stacks.asked == []
