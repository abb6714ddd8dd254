"""Where Pulumi Cloud is, and the token for it: what cannot be asked, or must not be sent, is said at once."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.deployments_place import Place, deployments_place, one_sentence


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("file:///home/a/state", "the state lies in file:///home/a/state; docs/backends.md has what to use there"),
        ("s3://bucket/x?region=eu", "the state lies in s3://bucket; docs/backends.md"),
        ("http://pulumi.acme.example", "http://pulumi.acme.example is no https, and the token is not sent in clear"),
        ("https://me:hunter2@127.0.0.1:1", "https://127.0.0.1:1 cannot be asked"),
    ],
)
def test_a_state_that_lies_elsewhere_has_no_deployments(
    place: Place, monkeypatch: pytest.MonkeyPatch, url: str, text: str
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    told = one_sentence()
    assert text in told
    assert "hunter2" not in told
    assert place.cloud.written == []


def test_the_project_says_where_its_state_lies_when_the_shell_does_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    (place.folder / "Pulumi.yaml").write_text("name: web\nruntime: python\nbackend: {url: gs://bucket}\n")
    assert "the state lies in gs://bucket" in one_sentence()


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (
            None,
            "PULUMI_ACCESS_TOKEN is not set; make a token at https://app.pulumi.com/account/tokens, then type: export",
        ),
        ("  ", "PULUMI_ACCESS_TOKEN is not set"),
        ("pul-a b", "PULUMI_ACCESS_TOKEN is no token: it has blanks or letters that none has"),
        ("pul-ä", "PULUMI_ACCESS_TOKEN is no token"),
    ],
)
def test_without_a_token_nobody_is_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch, token: str | None, text: str
) -> None:
    if token is None:
        monkeypatch.delenv("PULUMI_ACCESS_TOKEN")
    else:
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", token)
    assert text in one_sentence()
    assert place.cloud.api is not None
    assert place.cloud.api.asked == []
