"""The search for planted secrets finds them however they were encoded."""

import base64
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tests.clouds.canaries import CLOUD_TOKEN, folders_in_use, forms, stays
from tests.e2e.waiting import until

CANARY = "canary0123456789abcdef"


def is_found(data: bytes) -> bool:
    return any(each in data for each in forms(CANARY))


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_a_secret_is_found_in_whatever_it_was_encoded_with(before: bytes, after: bytes) -> None:
    assert is_found(before + CANARY.encode() + after)
    assert is_found(base64.b64encode(before + CANARY.encode() + after))
    assert is_found(base64.urlsafe_b64encode(before + CANARY.encode() + after))


def test_a_login_is_found_in_a_pull_secret() -> None:
    auth = base64.b64encode(f"acme-ci:{CANARY}".encode()).decode()
    secret = json.dumps({"auths": {"ghcr.io": {"auth": auth}}})
    assert is_found(secret.encode())


def test_nothing_else_is() -> None:
    assert not is_found(CANARY[:-1].encode())
    assert not is_found(base64.b64encode(CANARY[1:].encode()))


def test_a_clouds_token_and_a_secret_of_signs_are_found_too() -> None:
    token = base64.b64encode(f"AWS:{CLOUD_TOKEN}abc".encode())
    assert any(each in token for each in forms(CLOUD_TOKEN))
    assert quote("a b/c?d", safe="").encode() in forms("a b/c?d")


def test_a_login_in_the_folder_of_a_running_command_is_anothers_and_one_left_behind_is_a_leak(tmp_path: Path) -> None:
    login = tmp_path / "tmp-a" / "docker-login-b" / "config.json"
    login.parent.mkdir(parents=True)
    login.touch()
    with subprocess.Popen(["sleep", "10"], env={**os.environ, "TMPDIR": str(tmp_path / "tmp-a")}) as command:
        until(lambda: tmp_path / "tmp-a" in folders_in_use())
        assert not stays(login, folders_in_use())
        command.kill()
    assert stays(login, folders_in_use())
    login.unlink()
    assert not stays(login, folders_in_use())
