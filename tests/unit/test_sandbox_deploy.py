"""What `make up` says when the sandbox is well and the deploy in it is not."""

import pytest
from rich.console import Console

from sandbox import deploy
from sandbox.errors import SandboxError


def test_a_deploy_that_fails_is_one_message_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def up(*_: object) -> None:
        """A sandbox that nobody needs here."""

    def fails(*_: object) -> int:
        return 255

    monkeypatch.setattr(deploy.lifecycle, "up", up)
    monkeypatch.setattr(deploy.pulumi_home, "stream_pulumi", fails)
    with pytest.raises(SandboxError) as caught:
        deploy.run(None, Console())
    assert str(caught.value) == ("pulumi up failed, for the reason above; what runs keeps running; then type: make up")
