"""Which texts may reach a cluster as an image."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import InvalidValueError
from components.references import (
    ImageName,
    by_digest,
    check_reference,
    is_digest,
    names_content,
    short_digest,
    split_name,
)

DIGEST = "sha256:" + "0123456789abcdef" * 4
REPOSITORY = "127.0.0.1:5050/team/web"


def test_a_reference_by_digest_passes_as_it_is() -> None:
    assert check_reference(f"{REPOSITORY}@{DIGEST}", REPOSITORY) == f"{REPOSITORY}@{DIGEST}"


def test_a_tag_before_the_digest_is_dropped() -> None:
    assert check_reference(f"{REPOSITORY}:1@{DIGEST}") == f"{REPOSITORY}@{DIGEST}"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("<none>@<none>", "run `pulumi up` again"),
        ("", "run `pulumi up` again"),
        (None, "run `pulumi up` again"),
        (DIGEST, "id of a local image"),
        (f"{REPOSITORY}:latest", "a tag can move"),
        (f"{REPOSITORY}@sha256:abc", "is not a reference by digest"),
        (f"{REPOSITORY}@{DIGEST}0", "is not a reference by digest"),
        (f"team/web@{DIGEST}", "is not an image name"),
        (f"UPPER.io/Web@{DIGEST}", "is not an image name"),
    ],
)
def test_anything_else_is_refused_with_advice(text: object, advice: str) -> None:
    with pytest.raises(InvalidValueError, match=advice):
        check_reference(text)


def test_a_push_to_another_repository_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="in another repository than"):
        check_reference(f"other.io/web@{DIGEST}", REPOSITORY)


@pytest.mark.parametrize("digest", [DIGEST, f"{REPOSITORY}@{DIGEST}"])
def test_a_digest_is_promoted_in_its_own_repository(digest: str) -> None:
    assert by_digest(REPOSITORY, digest) == f"{REPOSITORY}@{DIGEST}"


def test_a_digest_of_another_repository_says_how_to_copy_it() -> None:
    with pytest.raises(InvalidValueError, match=r"skopeo copy --all docker://other\.io/web@"):
        by_digest(REPOSITORY, f"other.io/web@{DIGEST}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("localhost/web", ImageName("localhost", "web", None)),
        ("localhost:5001/team/web:1.2", ImageName("localhost:5001", "team/web", "1.2")),
        ("me.azurecr.io/a/b-c__d:x", ImageName("me.azurecr.io", "a/b-c__d", "x")),
        ("[::1]:5000/web", ImageName("[::1]:5000", "web", None)),
    ],
)
def test_a_name_splits_into_host_path_and_tag(text: str, name: ImageName) -> None:
    assert split_name(text) == name
    assert text.startswith(name.repository)


@given(st.text(alphabet="ab1.-_:/@ \n", max_size=30))
def test_no_text_without_a_full_digest_ever_passes(text: str) -> None:
    with pytest.raises(InvalidValueError):
        check_reference(text)


def test_a_short_digest_tells_images_apart() -> None:
    assert short_digest(f"{REPOSITORY}@{DIGEST}") == "0123456789ab"


@pytest.mark.parametrize(
    "text",
    [
        "r.io:99999/a",
        "r.io:0/a",
        "r..io/a",
        "r-.io/a",
        f"{'a' * 64}.io/a",
        f"r.io/{'a' * 256}",
        f"r.io/a:{'t' * 129}",
    ],
)
def test_a_name_that_no_registry_can_have_is_none(text: str) -> None:
    with pytest.raises(InvalidValueError, match="is not an image name"):
        split_name(text)


def test_the_longest_name_is_one() -> None:
    text = f"{'a' * 63}.io:65535/{'a' * 255}:{'t' * 128}"
    assert split_name(text) == ImageName(f"{'a' * 63}.io:65535", "a" * 255, "t" * 128)


def test_a_node_takes_longer_digests_and_this_program_does_not() -> None:
    longer = "sha512:" + "a" * 128
    assert names_content(DIGEST)
    assert names_content(longer)
    assert not names_content("sha512:" + "a" * 64)
    assert not is_digest(longer)
    with pytest.raises(InvalidValueError, match="is not a reference by digest"):
        check_reference(f"{REPOSITORY}@{longer}")
