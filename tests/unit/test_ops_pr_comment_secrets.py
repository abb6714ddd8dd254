"""Secrets that a program forgot to mark, planted where the engine would show them: none is in the comment."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        ("siteConfig.appSettings[0].value", {"siteConfig": {"appSettings": [{"name": "GREETING", "value": CANARY}]}}),
        ("a.connectionStrings[0].connectionString", {"a": {"connectionStrings": [{"connectionString": CANARY}]}}),
        ("values.auth.extraEnvVars[0].value", {"values": {"auth": {"extraEnvVars": [{"value": CANARY}]}}}),
        (f"{POD}.envs[0].value", _pod(envs=[{"name": "PLAIN", "value": CANARY}])),
        (f"{POD}.livenessProbe.httpGet.httpHeaders[0].value",
         _pod(livenessProbe={"httpGet": {"httpHeaders": [{"name": "Accept", "value": CANARY}]}})),
        ("configuration.secrets[0].value", {"configuration": {"secrets": [{"name": "db", "value": CANARY}]}}),
        ("extraArgs[0]", {"extraArgs": [CANARY]}),
        ("containerDefinitions", {"containerDefinitions": json.dumps([{"name": "DB_PASSWORD", "value": CANARY}])}),
        ("kubeconfig", {"kubeconfig": json.dumps({"users": [{"token": CANARY}], "pad": "x" * 400})}),
    ],
)  # fmt: skip
def test_a_secret_in_a_difference_is_not_shown(path: str, inputs: dict[str, Any]) -> None:
    for old, new in ((inputs, {}), ({}, inputs), (inputs, inputs)):
        comment = drawn(step("update", old=old, new=new, differs={path: "update"}, name="web"))
        assert not [each for each in (CANARY, TOKEN, KEY) if each in comment]
        assert "`web`" in comment


WORDS = ("DB_PASSWORD", "A_TOKEN", "X-Api-Key", "Authorization", "Cookie", "apiKey", "db.passphrase", "PGPASS2", "DSN")
PAIRS = (("name", "value"), ("key", "value"), ("Name", "Value"), ("parameterKey", "parameterValue"), ("id", "text"))
ABOVE = st.lists(st.sampled_from(["spec", "auth", "web.app", "a[b]", 'q"q', 0, 2]), max_size=4)


@settings(deadline=None)
@given(ABOVE, st.sampled_from(PAIRS), st.sampled_from(WORDS), st.sampled_from(["", "more", "0"]), st.data())
def test_a_value_beside_the_name_of_a_credential_is_not_shown(
    above: list[str | int], pair: tuple[str, str], word: str, below: str, data: st.DataObject
) -> None:
    """Wherever the list is: the item that was there may have had another name, or there may have been none."""
    name, value = pair
    secret: Any = {"": CANARY, "more": {"more": CANARY}, "0": [CANARY]}[below]
    places = [*above, "list", 0, value, *([int(below)] if below == "0" else [below] if below else [])]
    planted = _at([*above, "list", 0], {name: word, value: secret})
    other = _at([*above, "list", 0], {name: "GREETING", value: data.draw(st.sampled_from(["hello", ""]))})
    # As a provider tells it: the value itself, or what is around it.
    path = _path(places[: data.draw(st.integers(1, len(places)))])
    nothing: dict[str, Any] = {}
    for old, new in ((planted, other), (other, planted), (planted, nothing), (nothing, planted)):
        assert CANARY not in drawn(step("update", old=old, new=new, differs={path: "update"}, name="web"))


def _at(places: list[str | int], here: Any) -> dict[str, Any]:
    for each in reversed(places):
        here = [*[None] * each, here] if isinstance(each, int) else {each: here}
    return {"top": here} if isinstance(places[0], int) else here


def _path(places: list[str | int]) -> str:
    quoted = [each if isinstance(each, int) else '"' + each.replace('"', r"\"") + '"' for each in places]
    return "".join(f"[{each}]" for each in ([] if isinstance(places[0], str) else ['"top"']) + quoted)


def test_a_value_beside_another_name_is_shown() -> None:
    old, new = ({"taints": [{"key": "gpu", "value": each}]} for each in ("yes", "no"))
    assert "`taints[0].value`: `yes` → `no`" in drawn(
        step("update", old=old, new=new, differs={"taints[0].value": "update"})
    )


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
