"""Content that breaks in its middle."""

import httpx
import pytest

from tests.faults import images
from tests.faults.registry_behaviour import (
    BLOBS,
    Behaviour,
    Break,
    Broken,
    Lasts,
)
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import IMAGE, LAYER, LAYER_PATH, MANIFEST, client_of


@pytest.fixture(params=["from the upstream", "of its own"])
def breaking(request: pytest.FixtureRequest) -> images.Image | None:
    """Faults of content hit what comes from the upstream and what the server has itself alike."""
    return None if request.param == "from the upstream" else IMAGE


def _read(registry: FaultRegistry, path: str) -> tuple[bytes, type[BaseException] | None]:
    """What arrives of a body, and how it ends otherwise than by its length."""
    got = bytearray()
    with client_of(registry) as one:
        try:
            with one.stream("GET", path) as answer:
                for chunk in answer.iter_raw():
                    got += chunk
        except httpx.HTTPError as error:
            return bytes(got), type(error)
    return bytes(got), None


@pytest.mark.parametrize(
    ("how", "end"), [(Break.RESET, httpx.ReadError), (Break.END, httpx.RemoteProtocolError), (Break.SHORT, None)]
)
def test_a_blob_breaks_in_its_middle(
    registry: FaultRegistry, breaking: images.Image | None, how: Break, end: type[Exception] | None
) -> None:
    registry.behave("faults/web", Behaviour(Broken(how), BLOBS, Lasts(times=2), breaking))
    for _ in range(2):
        assert _read(registry, LAYER_PATH) == (LAYER[: len(LAYER) // 2], end)
    assert _read(registry, LAYER_PATH) == (LAYER, None)


def test_what_is_asked_for_again_from_a_break_on_breaks_there_too(registry: FaultRegistry) -> None:
    registry.behave("faults/web", Behaviour(Broken(Break.END), BLOBS, image=IMAGE))
    half = len(LAYER) // 2
    with client_of(registry) as one, pytest.raises(httpx.RemoteProtocolError, match=r"received 0 bytes"):
        one.get(LAYER_PATH, headers={"Range": f"bytes={half}-"})
    registry.behave("faults/web", Behaviour(image=IMAGE))
    with client_of(registry) as one:
        rest = one.get(LAYER_PATH, headers={"Range": f"bytes={half}-"})
    assert (rest.status_code, rest.content) == (206, LAYER[half:])
    assert rest.headers["content-range"] == f"bytes {half}-{len(LAYER) - 1}/{len(LAYER)}"


def test_a_blob_hangs_in_its_middle_until_released(registry: FaultRegistry, breaking: images.Image | None) -> None:
    registry.behave("faults/web", Behaviour(Broken(Break.HANG), BLOBS, image=breaking))
    with client_of(registry) as one, one.stream("GET", LAYER_PATH) as answer:
        half, arriving = b"", answer.iter_raw()
        while len(half) < len(LAYER) // 2:
            half += next(arriving)
        assert registry.wait_for_hanging()
        registry.release()
        assert half + b"".join(arriving) == LAYER


@pytest.mark.parametrize("path", [MANIFEST, LAYER_PATH])
def test_other_bytes_have_the_length_and_another_digest(
    registry: FaultRegistry, client: httpx.Client, breaking: images.Image | None, path: str
) -> None:
    registry.behave("faults/web", Behaviour(image=breaking))
    right = client.get(path)
    registry.behave("faults/web", Behaviour(Broken(Break.OTHER_BYTES), image=breaking))
    head, wrong = client.head(path), client.get(path)
    assert len(wrong.content) == len(right.content)
    assert wrong.content != right.content
    assert head.headers.get("docker-content-digest") == right.headers.get("docker-content-digest")


def test_asking_for_the_head_does_not_use_up_a_break(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Broken(Break.END), lasts=Lasts(times=1)))
    assert client.head(LAYER_PATH).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(LAYER_PATH)


def test_a_break_can_be_that_of_the_layer_only(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Broken(Break.SHORT), BLOBS, image=IMAGE, only=IMAGE.layer))
    config = f"/v2/faults/web/blobs/{images.digest_of(IMAGE.blobs[0])}"
    assert client.get(config).content == IMAGE.blobs[0]
    assert client.get(LAYER_PATH).content == LAYER[: len(LAYER) // 2]
