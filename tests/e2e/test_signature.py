"""An image goes to the cluster only when it is signed with the stack's key, and nothing that runs is touched before."""

import re

import pytest

from tests.e2e.project import Project, Run
from tests.e2e.signer import FORMS, Signer
from tests.e2e.test_ops_recover import ops
from tests.e2e.test_pr_comment import commented

pytestmark = pytest.mark.e2e


def asks_for(project: Project, signer: Signer) -> None:
    """Ask for signatures, of a content that no other test has signed: the registry is everybody's."""
    project.change_source()
    project.configure("image", signature={"publicKey": signer.public.name})


def refused(done: Run, cause: str) -> str:
    """The image that a refusal names."""
    assert done.code != 0, done.output
    assert done.output.partition("Diagnostics:")[2].count(f"error: {cause}: ") == 1, done.output
    assert "Traceback" not in done.output
    found = re.search(r"^ +image +(\S+@sha256:[0-9a-f]{64})$", done.output, re.MULTILINE)
    assert found is not None, done.output
    return found[1]


@pytest.mark.parametrize("form", FORMS)
def test_a_build_is_pushed_and_refused_until_it_is_signed_and_then_comes_up_without_a_build(
    project: Project, form: str
) -> None:
    signer = Signer(project)
    asks_for(project, signer)
    preview = project.pulumi("preview")
    assert preview.code == 0, preview.output
    assert "a new image is not signed yet" in preview.output
    image = refused(project.up(), "unsigned")
    assert project.kubectl("get", "deployments")["items"] == []
    signer.sign(image, form)
    done = project.up()
    assert done.code == 0, done.output
    assert f"signature: {image} is signed with the key of cosign.pub" in done.output
    assert project.outputs()["image"] == image
    again = project.pulumi("preview", "--expect-no-changes")
    assert again.code == 0, again.output
    assert "signature" not in again.output


def test_a_new_version_that_is_not_signed_leaves_the_running_one_and_a_preview_says_so(project: Project) -> None:
    signer, stranger = Signer(project), Signer(project, "stranger")
    asks_for(project, signer)
    project.configure("image", signature=None)
    first = project.must_up()["image"]
    project.configure("image", signature={"publicKey": signer.public.name})
    # The one that runs is asked about too, as each update would roll it out anew.
    assert refused(project.pulumi("preview"), "unsigned") == first
    signer.sign(first)
    commented(project)
    comment = (project.folder / "comment.md").read_text()
    assert "1 stack: signature changes; nothing is replaced or deleted." in comment
    assert '["signature<br/>✚ new"]' in comment
    project.must_up()
    assert project.pulumi("preview", "--expect-no-changes").code == 0
    assert "signature good: cosign.pub" in " ".join(ops(project, "report").output.split())
    project.change_source()
    second = refused(project.up(), "unsigned")
    stranger.sign(second)
    assert refused(project.up(), "other-key") == second
    assert project.outputs()["image"] == first
    (deployment,) = project.kubectl("get", "deployments")["items"]
    assert deployment["metadata"]["generation"] == 1
    with project.client() as client:
        client.get("/health").raise_for_status()
    project.configure("image", digest=first.rpartition("@")[2], context=None, dockerfile=None, buildArgs=None)
    assert project.must_up()["image"] == first


def test_a_key_file_that_is_none_is_told_before_anything_starts(project: Project) -> None:
    project.configure("image", signature={"publicKey": "cosign.pub"})
    done = project.pulumi("preview")
    assert done.code != 0
    assert "image.signature.publicKey: cosign.pub: there is no such file" in done.output
    assert "cosign generate-key-pair" in done.output
