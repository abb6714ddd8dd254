"""What pulumi says when it cannot do something, in one message with what to type."""

from pathlib import Path

import pytest

from ops.stack_errors import Asked, explained
from ops.stack_lock import locks_in

FOLDER = Path("/home/me/shop")
LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
    "lock file with `pulumi cancel`.\n  file:///s/.pulumi/locks/organization/shop/dev/8a.json: created by "
    "me@machine (pid 4711) at 2026-01-05T09:57:00Z\n"
)


def told(said: str, stack: str = "dev", there: str = "", **environment: str) -> str:
    text = explained(said, Asked(FOLDER, stack, environment, lambda: there))
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("said", "words", "command"),
    [
        ("error: no Pulumi.yaml project file found; either", "no Pulumi.yaml in /home/me/shop or above", "cd FOLDER"),
        ("error: could not detect current project: no Pulumi.yaml found", "no Pulumi.yaml in", "cd FOLDER"),
        ("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", "nobody is logged in",
         "type: pulumi login"),
        ("error: this command requires logging in; try running `pulumi login` first", "nobody is logged in",
         "type: pulumi login"),
        ("error: no stack named 'dev' found", "there is no stack 'dev'; there: prod; ", "pulumi stack ls"),
        (LOCKED, "dev is locked by me@machine (process 4711, since 2026-01-05 09:57:00)", "type: pulumi cancel -s dev"),
        ("error: [409] Conflict: Another update is currently in progress.", "locked by another update",
         "pulumi cancel -s dev"),
        ("warning: old\nerror: unable to open state directory \"/x\": stat /x: no such file or directory",
         "pulumi cannot read the stack dev: unable to open state directory \"/x\"", "try: pulumi stack export -s dev"),
        ("", "it does not say why", "try: pulumi stack export"),
    ],
)  # fmt: skip
def test_each_failure_is_one_message_with_what_to_type(said: str, words: str, command: str) -> None:
    text = told(said, there="; there: prod")
    assert words in text
    assert command in text


@pytest.mark.parametrize(
    "said",
    [
        "error: no stack selected; please use `pulumi stack select` to choose one",
        "error: this command requires a stack, but there are none",
    ],
)
def test_a_stack_that_nobody_chose_is_told_with_those_that_there_are(said: str) -> None:
    text = told(said, stack="", there="; the project here has a, b")
    assert text.startswith("no stack is selected in /home/me/shop; the project here has a, b; type: pulumi stack sel")
    assert text.endswith("# or add: -s NAME")


WRONG = (
    "error: could not deserialize deployment: failed to decrypt: incorrect passphrase, please set "
    "PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file"
)
MISSING = (
    "error: could not deserialize deployment: constructing secrets manager: passphrase must be set with PULUMI_CONF"
)
UNREAD = "error: constructing secrets manager: unable to read PULUMI_CONFIG_PASSPHRASE_FILE: open /p: no such file"


@pytest.mark.parametrize(
    ("said", "environment", "words"),
    [
        (WRONG, {"PULUMI_CONFIG_PASSPHRASE": "hunter2"}, "the passphrase in PULUMI_CONFIG_PASSPHRASE is not the one"),
        (WRONG, {"PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_CONFIG_PASSPHRASE_FILE": "/p"},
         "which comes before PULUMI_CONFIG_PASSPHRASE_FILE; type: unset PULUMI_CONFIG_PASSPHRASE; export "),
        (WRONG, {"PULUMI_CONFIG_PASSPHRASE_FILE": "/p"}, "the passphrase in the file /p (PULUMI_CONFIG_PASSPH"),
        (MISSING, {}, "neither PULUMI_CONFIG_PASSPHRASE nor PULUMI_CONFIG_PASSPHRASE_FILE is set"),
        (UNREAD, {"PULUMI_CONFIG_PASSPHRASE_FILE": "/p"}, "the file of its passphrase, /p (PULUMI_CONFIG_PASS"),
    ],
)  # fmt: skip
def test_a_passphrase_that_does_not_fit_is_told_by_where_it_comes_from(
    said: str, environment: dict[str, str], words: str
) -> None:
    text = told(said, **environment)
    assert words in text
    assert "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE; for the sandbox: eval " in text
    assert "hunter2" not in text


def test_what_nobody_knows_is_told_in_pulumis_words_without_credentials_and_colours() -> None:
    text = told("\x1b[31merror: \x1b[0mcannot open https://me:hunter2-Is-The-Passw0rd@example.com/x: no\n")
    assert "cannot open https://" in text
    assert "hunter2" not in text
    assert "\x1b" not in text


def test_a_name_with_a_space_is_quoted_in_what_to_type() -> None:
    assert "-s 'my stack'" in told("error: something", stack="my stack")


def test_every_owner_of_a_lock_is_read() -> None:
    both = LOCKED + LOCKED.partition("\n")[2].replace("4711", "12")
    assert [each.pid for each in locks_in(both)] == [4711, 12]
