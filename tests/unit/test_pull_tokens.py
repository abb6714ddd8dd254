"""Tokens known by how they begin: hidden in a text in part and whole, and as a whole refused as a plain variable."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.secret_like import secret_kind
from pulls.text.redact import redact
from pulls.text.tokens import TOKENS

ALNUM = "a1B2c3D4e5" * 10
WHOLE = {
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-_123": "a JSON Web Token",
    "eyJhbGciOiJIUzI1NiJ9.e30.abc": "a JSON Web Token",
    "AKIA" + "IOSFODNN7EXAMPLE": "an AWS access key",
    "ghp_" + ALNUM[:36]: "a token of GitHub",
    "github_pat_" + ALNUM[:30]: "a token of GitHub",
    "glpat-" + ALNUM[:20]: "a token of GitLab",
    "glrt-" + ALNUM[:20]: "a token of GitLab",
    "glptt-" + "a1" * 10: "a token of GitLab",
    "gloas-" + "a1" * 10: "a token of GitLab",
    "xoxb-" + "1234567890-abc": "a token of Slack",
    "xapp-" + "1-A111-222-abcdef": "a token of Slack",
    "hooks.slack.com/services/" + "T0/B0/xyz": "a token of Slack",
    "AIza" + "a" * 35: "a key of Google",
    "ya29." + ALNUM[:30]: "a token of Google",
    "npm_" + ALNUM[:36]: "a token of npm",
    "pypi-" + "AgEI" + ALNUM[:60]: "a token of PyPI",
    "dckr_pat_" + ALNUM[:27]: "a token of Docker",
    "sk_live_" + ALNUM[:24]: "a key of Stripe",
    "sk-ant-" + "api03-" + ALNUM[:40]: "a key of a language model",
    "sk-" + "a1" * 16: "a key of a language model",
    "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH": "a key of a language model",
    "abc8Q~" + "a1" * 17: "a client secret of Azure",
    "hvs." + "a1" * 14: "a token of Vault",
    "pul-" + "a1" * 20: "a token of Pulumi",
    "SG." + "abcdefghijklmnopqrstuv" + "." + "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq": "a key of SendGrid",
    "dop_v1_" + "a1" * 32: "a token of DigitalOcean",
    "dapi" + "a1" * 16: "a token of Databricks",
    "AKCp" + ALNUM[:69]: "a key of JFrog",
    "cmVmdGtu" + ALNUM[:56]: "a token of JFrog",
}
CUT = [
    "ghp_a1b2c3d4",
    "glrt-a1b2c3d4",
    "pypi-AgEIcHlwaS5",
    "sk_live_a1b2c3d4",
    "SG.a1b2c3d4",
    "hf_a1b2c3d4e5",
    "xapp-1-A111-22",
]
NAMES = [
    "team/npm_registry-proxy",
    "hf_transfer-only",
    "sk-learn-and-other-words",
    "pypi-server",
    "pul-request",
    "glrt-runner",
]


def test_each_row_has_a_token_and_is_told_by_its_kind() -> None:
    assert {each: secret_kind("X", each) for each in WHOLE} == WHOLE
    assert {each.kind for each in TOKENS} == {*WHOLE.values()}


@pytest.mark.parametrize("token", [*WHOLE, *CUT])
def test_a_token_is_hidden_wherever_it_stands(token: str) -> None:
    secret = token.removeprefix("hooks.slack.com/services/")
    for frame in ("{}", "refused: {}: 401 Unauthorized", '"{}"', "x={},y", "/{}/", "({})"):
        assert secret not in redact(frame.format(token))


@settings(deadline=None)
@given(end=st.text(string.ascii_letters + string.digits, max_size=30))
def test_a_token_that_is_longer_than_known_is_hidden_to_its_end(end: str) -> None:
    for token in WHOLE:
        assert redact(f"token is {token}{end} now").endswith("*** now")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_begins_like_a_token_stays(name: str) -> None:
    assert redact(f"pulling {name} failed") == f"pulling {name} failed"
    assert secret_kind("X", name) is None
