"""On AKS the registry's login, which only an update has, is there for signatures too."""

from typing import Any

from tests.unit.test_aks_graph import OLD_ACR, OLD_CLUSTER, login, run

__all__ = ["login"]
IMAGE = {"repository": "team/web", "digest": f"sha256:{'a' * 64}", "signature": {"publicKey": "cosign.pub"}}


def test_a_digest_that_must_be_signed_is_asked_about_with_the_login_to_push(login: list[Any]) -> None:
    platform, _ = run(OLD_CLUSTER, OLD_ACR, image=IMAGE)
    assert platform.registry.username is not None
    assert [each.repository for each in login] == ["team/web"]


def test_a_preview_is_told_that_it_has_no_login(login: list[Any]) -> None:
    platform, _ = run(OLD_CLUSTER, OLD_ACR, image=IMAGE, preview=True)
    assert (platform.registry.login_in_preview, login) == (False, [])
