"""Where a state may lie beside Pulumi Cloud, as docs/backends.md says it: a bucket and a folder, on the real engine.

S3 and KMS are moto's. Azure's and Google's are the same code of pulumi's with another driver, and were not tried.
"""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from sandbox.state import State
from tests.e2e.backends import Aws, Shell, aws, make_shell

pytestmark = pytest.mark.e2e

SECRET = "hunter2-hunter2"
CLOUD_ONLY = (
    (("deployment", "settings", "get", "-s", "dev"), "requires the Pulumi Cloud backend"),
    (("stack", "schedule", "list", "-s", "dev"), "requires the Pulumi Cloud backend"),
    (("stack", "webhook", "list", "-s", "dev"), "requires the Pulumi Cloud backend"),
    (("config", "env", "ls", "-s", "dev"), "does not support environments"),
    (("policy", "ls"), "does not support resource policy"),
    (("org", "get-default"), "do not support organizations"),
)


@pytest.fixture
def account() -> Generator[Aws]:
    with aws() as made:
        yield made


@pytest.fixture
def bucket(state: State, tmp_path: Path, account: Aws) -> Shell:
    return make_shell(tmp_path / "toy", state, account.backend)


def brought_up(shell: Shell, *options: str) -> None:
    """A stack with a secret, up."""
    shell.must("stack", "init", "dev", *options)
    shell.must("config", "set", "--secret", "password", SECRET, "-s", "dev")
    shell.must("up", "--yes", "--skip-preview", "-s", "dev")


def test_a_state_in_a_bucket_keeps_secrets_tags_and_history(bucket: Shell, account: Aws) -> None:
    brought_up(bucket)
    bucket.must("stack", "tag", "set", "expires", "2999-01-01T00:00:00Z", "-s", "dev")
    assert json.loads(_json(bucket.must("stack", "tag", "ls", "--json", "-s", "dev")))["expires"].startswith("2999")
    assert [each["kind"] for each in json.loads(_json(bucket.must("stack", "history", "--json", "-s", "dev")))] == [
        "update"
    ]
    keys = account.objects()
    assert "team/.pulumi/stacks/toy/dev.json" in keys
    client = account.client("s3")
    for each in keys:
        held = client.get_object(Bucket=account.bucket, Key=each)["Body"].read()
        assert SECRET.encode() not in held, each
    assert SECRET in bucket.must("stack", "output", "password", "--show-secrets", "-s", "dev")


def test_what_is_only_of_pulumi_cloud_says_so_and_a_stack_file_with_an_environment_fails(bucket: Shell) -> None:
    brought_up(bucket)
    for words, text in CLOUD_ONLY:
        told = bucket.pulumi(*words)
        assert (told.code != 0, text in told.output) == (True, True), told.output
    told = bucket.ops("deployments")
    assert told.code == 1
    file = bucket.folder / "Pulumi.dev.yaml"
    file.write_text(f"environment: [acme]\n{file.read_text()}")
    told = bucket.pulumi("preview", "-s", "dev")
    assert (told.code != 0, "does not support" in told.output) == (True, True), told.output


def test_an_update_that_is_killed_leaves_its_lock_in_the_bucket_until_somebody_cancels_it(
    bucket: Shell, account: Aws
) -> None:
    brought_up(bucket)
    bucket.kill_an_update()
    (lock,) = [each for each in account.objects() if "/locks/" in each]
    assert lock.startswith("team/.pulumi/locks/organization/toy/dev/")
    told = bucket.pulumi("up", "--yes", "--skip-preview", "-s", "dev")
    assert told.code != 0
    assert "the stack is currently locked by 1 lock(s)" in told.output
    assert bucket.pulumi("preview", "-s", "dev").code == 0, "a preview takes no lock"
    bucket.must("cancel", "--yes", "-s", "dev")
    assert bucket.ops("recover", "-s", "dev").code == 0
    bucket.must("up", "--yes", "--skip-preview", "-s", "dev")


def test_a_key_of_kms_encrypts_in_place_of_a_passphrase(bucket: Shell, account: Aws) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]["KeyId"]
    del bucket.environment["PULUMI_CONFIG_PASSPHRASE_FILE"]
    brought_up(bucket, "--secrets-provider", f"awskms:///{key}?region=eu-central-1&endpoint={account.url}")
    assert "secretsprovider: awskms:///" in (bucket.folder / "Pulumi.dev.yaml").read_text()
    assert SECRET in bucket.must("stack", "output", "password", "--show-secrets", "-s", "dev")


def test_a_state_in_a_folder_says_who_holds_it_and_recover_takes_the_lock_away(state: State, tmp_path: Path) -> None:
    (tmp_path / "states").mkdir()
    shell = make_shell(tmp_path / "toy", state, f"file://{tmp_path}/states")
    brought_up(shell)
    shell.kill_an_update()
    told = shell.ops("recover", "-s", "dev")
    assert (told.code, "lock     left by " in told.output) == (3, True), told.output
    done = shell.ops("recover", "-s", "dev", "--yes")
    assert done.code == 0, done.output
    shell.must("up", "--yes", "--skip-preview", "-s", "dev")


def _json(output: str) -> str:
    """Without the notes of AWS's library, which come on standard error."""
    lines = [each for each in output.splitlines() if not each.startswith("SDK ")]
    return "\n".join(lines)
