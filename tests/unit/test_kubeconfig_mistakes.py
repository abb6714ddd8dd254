"""Kubeconfig files that are valid YAML and no kubeconfig: refused with file and place, never shown, never a crash."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.errors import InvalidValueError
from components.kubeconfig import read_context

MISTAKES: dict[str, tuple[str, str]] = {
    "text for the file": ("canary", "the file must be a mapping"),
    "list for the file": ("[canary]", "the file must be a mapping"),
    "number for the contexts": ("contexts: 3", "contexts must be a list"),
    "mapping for the contexts": ("contexts: {x: {cluster: canary}}", "contexts must be a list"),
    "text for a context": ("contexts: [canary]", "contexts[0] must be a mapping"),
    "list for a user": ("users: [{name: a, user: {}}, [canary]]", "users[1] must be a mapping"),
    "text for a body": ("contexts: [{name: x, context: canary}]", "contexts[0].context must be a mapping"),
    "token for a user": ("users: [{name: x, user: canary}]", "users[0].user must be a mapping"),
    "no name": ("contexts: [{context: {cluster: canary}}]", "contexts[0].name must be there"),
    "nothing for a cluster": ("clusters: [null]", "clusters[0].name must be there"),
}

BODY = st.one_of(
    st.none(),
    st.integers(),
    st.just("x"),
    st.lists(st.just("x")),
    st.dictionaries(st.sampled_from(["cluster", "user", "server"]), st.sampled_from(["x", None, 1])),
)
ENTRY = st.one_of(
    BODY, st.fixed_dictionaries({}, optional={"name": BODY, "context": BODY, "cluster": BODY, "user": BODY})
)
DOCUMENT = st.fixed_dictionaries(
    {}, optional={each: st.one_of(BODY, st.lists(ENTRY, max_size=2)) for each in ("contexts", "clusters", "users")}
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_has_the_wrong_shape_is_named_with_its_place_and_not_shown(mistake: str, tmp_path: Path) -> None:
    text, where = MISTAKES[mistake]
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(InvalidValueError) as caught:
        read_context("x", [path])
    assert str(caught.value) == f"cannot read the kubeconfig {path}: {where}"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is the other side of the comparison")
@pytest.mark.parametrize("mistake", sorted(MISTAKES.keys() - {"no name", "nothing for a cluster"}))
def test_kubectl_refuses_the_same_files(mistake: str, tmp_path: Path) -> None:
    # Alone in a file, an entry without a name passes kubectl: it has no name to be asked for by.
    path = tmp_path / "config"
    path.write_text(MISTAKES[mistake][0])
    command = ["kubectl", "config", "view", "--kubeconfig", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "contexts: null\nclusters: []\n"])
def test_an_empty_file_is_no_mistake(text: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(text)
    with pytest.raises(InvalidValueError, match="no context 'x', nor any other"):
        read_context("x", [tmp_path / "config"])


@given(DOCUMENT)
def test_no_document_ends_in_a_crash(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "any-kubeconfig"
    path.write_text(yaml.safe_dump(document))
    try:
        text = read_context("x", [path]).text
    except InvalidValueError:
        return
    assert yaml.safe_load(text)["current-context"] == "x"


@pytest.mark.parametrize(
    "text",
    [
        "users:\n- name: x\n  user: {token: 'canary\n",
        "users:\n- name: x\n  user:\n    token: canary: canary\n",
        "users: [{user: {token: @canary}}]\n",
        "token: !canary x\n",
        "token: canary\x01\n",
        "token: *canary\n",
        "token: 2026-02-30 # canary\n",
    ],
)
def test_a_broken_file_is_named_with_the_line_and_without_what_stands_there(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(InvalidValueError) as caught:
        read_context("x", [path])
    assert str(caught.value).startswith(f"cannot read the kubeconfig {path}: ")
    assert "canary" not in str(caught.value)


def test_the_line_of_a_broken_file_counts_from_one(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("kind: Config\nusers: ]\n")
    with pytest.raises(InvalidValueError, match=r"no YAML at line 2, column 8$"):
        read_context("x", [path])


def test_a_file_that_is_no_text_and_one_that_is_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    for path in (tmp_path / "bytes", tmp_path):
        with pytest.raises(InvalidValueError, match=f"^cannot read the kubeconfig {path}: "):
            read_context("x", [path])
