"""Secrets that a program forgot to mark, planted where the engine would show them: none is in the comment."""

import json
from typing import Any

import pytest

from ops.pr_comment.reading import read_preview
from tests.unit.pr_comment_events import SECRET, drawn, outputs, policy, preview, said, step, text

CANARY = "hunter2-Canary-5d1c7e"
TOKEN = "ghp_" + "a1B2" * 9
KEY = "AKIA" + "QWERTYUIOPASDFGH"
POD = "spec.template.spec.containers[0]"


def _pod(**container: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [container]}}}}


@pytest.mark.parametrize(
    ("path", "inputs"),
    [
        (f"{POD}.env[0].value", _pod(env=[{"name": "PLAIN", "value": CANARY}])),
        (f"{POD}.args[0]", _pod(args=[CANARY])),
        (f"{POD}.command[1]", _pod(command=["app", CANARY])),
        ("data.settings", {"data": {"settings": CANARY}}),
        ('data["app.json"]', {"data": {"app.json": CANARY}}),
        ("stringData.x", {"stringData": {"x": CANARY}}),
        ("adminPassword", {"adminPassword": CANARY}),
        ("a.b.clientSecret", {"a": {"b": {"clientSecret": CANARY}}}),
        ("connectionString", {"connectionString": f"Server=x;Password={CANARY};"}),
        ("url", {"url": f"https://ann:{CANARY}@example.com/x"}),
        ("note", {"note": TOKEN}),
        ("note", {"note": f"id {KEY}"}),
        ("note", {"note": f"password={CANARY}"}),
        ("note", {"note": f"first\n{CANARY}"}),
        ("settings", {"settings": {"deep": {"password": CANARY}}}),
        ("list", {"list": [CANARY]}),
        ("kubeconfig", {"kubeconfig": json.dumps({"users": [{"token": CANARY}], "pad": "x" * 400})}),
    ],
)
def test_a_secret_in_a_difference_is_not_shown(path: str, inputs: dict[str, Any]) -> None:
    for old, new in ((inputs, {}), ({}, inputs), (inputs, inputs)):
        comment = drawn(step("update", old=old, new=new, differs={path: "update"}, name="web"))
        assert not [each for each in (CANARY, TOKEN, KEY) if each in comment]
        assert "`web`" in comment


def test_what_the_engine_blinded_stays_so() -> None:
    comment = drawn(step("update", old={"a": "x"}, new={"a": SECRET}, differs={"a": "update"}))
    assert "`a`: `x` → `[secret]`" in comment
    assert "`a` changes (its value is not shown)" in drawn(
        step("update", old={"a": SECRET}, new={"a": SECRET}, differs={"a": "update"})
    )
    assert "ciphertext" not in comment


@pytest.mark.parametrize(
    "words",
    [f"login failed: password={CANARY}", f"Authorization: Bearer {CANARY}", f"https://u:{CANARY}@h/", TOKEN, KEY],
)
def test_a_secret_in_what_is_said_is_not_shown(words: str) -> None:
    failed = preview(said(words), said(words, "warning"), step("create"), result="failed")
    refused = preview(policy("x", words), policy("y", f"a\nfix: {words}"), outputs({words: 1}, {words: 2}))
    beside = read_preview("dev", b"", f"error: {words}".encode())
    missing = read_preview("dev", None, words.encode())
    for each in (failed, refused, beside, missing):
        assert not [secret for secret in (CANARY, TOKEN, KEY) if secret in text(each)]


def test_the_configuration_of_the_stack_is_not_shown() -> None:
    event = {"preludeEvent": {"config": {"shop:plain": CANARY}}}
    assert CANARY not in drawn(event, step("create"))
