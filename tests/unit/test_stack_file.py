"""Paths, commands and refusals as a person reads and types them."""

import shlex
import subprocess
from typing import cast

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import ConfigError
from components.stack_file import Path, Problem, StackFile, path_text

STACK = StackFile("local")
KEY = st.text(min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("target",), "target"),
        (("app", "replicas"), "app.replicas"),
        (("app", "allow", 0), "app.allow[0]"),
        (("app", "volumes", 1, "path"), "app.volumes[1].path"),
        (("app", "environment", "A.B"), 'app.environment["A.B"]'),
        (("app", "environment", 'a"b'), 'app.environment["a\\"b"]'),
        (("app", "environment", ""), 'app.environment[""]'),
        (("a.b",), '["a.b"]'),
        ((), ""),
    ],
)
def test_a_path_is_written_as_pulumi_writes_it(path: Path, text: str) -> None:
    assert path_text(path) == text


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (True, "true"),
        (False, "false"),
        (8080, "8080"),
        ("web", "web"),
        ("", "''"),
        ("a b", "'a b'"),
        ("$HOME", "'$HOME'"),
    ],
)
def test_a_value_is_set_as_one_word_of_the_command(value: object, word: str) -> None:
    assert STACK.set(("app", "host"), value) == f"pulumi config set --path app.host {word} -s local"


def test_only_a_key_below_the_top_needs_a_path() -> None:
    assert STACK.set(("target",), "aks") == "pulumi config set target aks -s local"
    assert STACK.remove(("foo",)) == "pulumi config rm foo -s local"
    assert STACK.remove(("app", "prot")) == "pulumi config rm --path app.prot -s local"
    assert STACK.set_secret(("registryPassword",)) == "pulumi config set --secret registryPassword -s local"


def test_a_lone_key_is_written_as_it_is_and_as_one_word() -> None:
    assert STACK.remove(("app.replicas",)) == "pulumi config rm app.replicas -s local"
    assert STACK.remove(("foo$(id)",)) == "pulumi config rm 'foo$(id)' -s local"
    assert str(Problem(("app.replicas",), "no", ())) == "  app.replicas: no"


def test_what_starts_with_a_dash_is_no_flag() -> None:
    assert STACK.set(("app", "replicas"), -3) == "pulumi config set --path -s local -- app.replicas -3"
    assert STACK.remove(("-x",)) == "pulumi config rm -s local -- -x"


@pytest.mark.parametrize("text", ["12345", "-1", "+1", "0", "true", "false", "18446744073709551615"])
def test_a_text_that_pulumi_would_read_otherwise_is_set_as_text(text: str) -> None:
    words = shlex.split(STACK.set(("registry", "username"), text))
    assert words[3:6] == ["--type", "string", "--path"]
    assert "--type" not in STACK.set(("target",), text)  # at the top, everything is text


@pytest.mark.parametrize("value", [12345, True, "007", "1.5", "18446744073709551616", "True", "a1"])
def test_what_pulumi_reads_as_it_is_needs_no_type(value: object) -> None:
    assert "--type" not in STACK.set(("registry", "username"), value)


def test_the_value_of_a_secret_is_never_part_of_a_command() -> None:
    # `pulumi config set --secret` without a value asks for it.
    words = shlex.split(STACK.set_secret(("appSecrets", "API_KEY")))
    assert words == ["pulumi", "config", "set", "--secret", "--path", "appSecrets.API_KEY", "-s", "local"]


@given(key=KEY, value=st.text(max_size=12))
def test_a_shell_reads_back_what_a_command_was_made_from(key: str, value: str) -> None:
    path = ("app", key)
    words = shlex.split(STACK.set(path, value))
    assert words[:3] == ["pulumi", "config", "set"]
    assert [each for each in (path_text(path), value, "--path", "local") if each not in words] == []


@pytest.mark.parametrize("text", ["$(id)", "`id`", "a'b", 'a"b', "a;b", "a\nb", "*", "~"])
def test_a_real_shell_runs_nothing_that_a_stack_file_says(text: str) -> None:
    command = STACK.set(("app", text), text).replace("pulumi", "printf '%s\\0'", 1)
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    assert answer.split("\0")[:-1] == ["config", "set", "--path", path_text(("app", text)), text, "-s", "local"]


def test_a_refusal_names_the_file_and_lists_every_mistake_with_its_commands() -> None:
    problems = (
        Problem(("app", "prot"), "unknown key", ("pulumi config rm x", "pulumi config set y")),
        Problem(("target",), "is missing", ()),
    )
    assert str(StackFile("aks").refusal(iter(problems))) == (
        "Pulumi.aks.yaml: 2 mistakes, nothing was changed\n\n"
        "  app.prot: unknown key\n      pulumi config rm x\n      pulumi config set y\n\n"
        "  target: is missing"
    )


def test_one_mistake_is_counted_as_one() -> None:
    assert str(STACK.refusal([Problem(("a",), "b", ())])).startswith("Pulumi.local.yaml: 1 mistake, nothing")


def test_a_refusal_is_what_pulumi_prints_without_a_traceback() -> None:
    error = STACK.refusal([])
    assert isinstance(error, ConfigError)
    assert isinstance(cast("Exception", error), pulumi.RunError)
