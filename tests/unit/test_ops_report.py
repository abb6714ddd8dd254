"""The report of a stack: its hops, its picture, its page."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.good_versions import Update
from ops.report.gather import gather
from ops.report.gathered import Gathered
from ops.report.page import page
from ops.report.path import Hop, Sign, hops
from ops.report.picture import mermaid, svg_text
from ops.stack_grant import StackGrant
from ops.state import APP_IMAGE_TYPE, Resource
from ops.status import Status
from ops.status_health import findings
from ops.verify import BY_STATE, Attached, ImageProof, RouteProof, Use, Verification
from pulls.causes import Code
from pulls.diagnosis import Diagnosis
from pulls.registry.answer import Answer, Outcome
from tests.unit.pull_objects import container, moment, waiting
from tests.unit.stack_cluster import rolled_out, serving
from tests.unit.stack_exports import DIGEST, IMAGE, PASSWORD
from tests.unit.stack_place import place, stack_of

NAMES = ["source", "image", "registry", "grant", "node", "pod", "URL"]
PRESENT = Answer(Outcome.PRESENT, 200)


def gathered(status: Status, answer: Answer | None = PRESENT, **more: Any) -> Gathered:
    use = Use(image=IMAGE, namespace="shop", by=(BY_STATE,), pod_spec={})
    proofs = [ImageProof(use, answer)]
    whole = Verification(stack=status.stack, workloads=[], images=proofs, route=RouteProof(answer=None))
    return Gathered(status=status, verification=whole, findings=findings(status), **more)


@pytest.fixture(scope="module")
def well() -> Status:
    with place(serving()) as here:
        return here.look()


def signs(drawn: Sequence[Hop]) -> dict[str, Sign]:
    return {each.name: each.sign for each in drawn}


def test_the_hops_are_the_images_way_and_each_is_green_where_all_is_well(well: Status) -> None:
    drawn = hops(gathered(well))
    assert [each.name for each in drawn] == NAMES
    assert {each.sign for each in drawn[1:]} == {Sign.GOOD}
    by_name = {each.name: each for each in drawn}
    assert by_name["image"].short == DIGEST[7:19]
    assert by_name["registry"].short == "127.0.0.1:5050"
    assert by_name["pod"].short == "1 of 1 ready"
    assert by_name["URL"].short == "200"
    assert by_name["grant"].lines == ("pull secret registry-pull for 127.0.0.1:5050",)
    assert by_name["source"].sign is Sign.OPEN  # this export has no image of its own


@pytest.mark.parametrize(
    ("code", "hop"),
    [
        (Code.NOT_FOUND, "registry"),
        (Code.FORBIDDEN, "grant"),
        (Code.NO_CREDENTIALS, "grant"),
        (Code.PLATFORM_MISMATCH, "image"),
        (Code.DISK_FULL, "node"),
        (Code.DNS, "node"),
        ("crash-loop", "pod"),
        ("ingress-tls", "URL"),
        (Code.UNKNOWN, "pod"),
    ],
)
def test_a_cause_makes_its_hop_red_and_names_it(well: Status, code: str, hop: str) -> None:
    cause = Diagnosis(code=code, kind=None, meaning="Why it is so.", evidence="said", text="said")
    drawn = hops(gathered(well, diagnoses=[cause]))
    assert {name for name, sign in signs(drawn).items() if sign is Sign.BAD} == {hop}
    (red,) = [each for each in drawn if each.sign is Sign.BAD]
    assert (red.short, red.lines[0]) == (code, f"{code}: Why it is so.")


@pytest.mark.parametrize("code", list(Code))
def test_every_cause_has_a_hop(well: Status, code: Code) -> None:
    cause = Diagnosis(code=code, kind=None, meaning="Why.", evidence="", text="")
    assert Sign.BAD in signs(hops(gathered(well, diagnoses=[cause]))).values()


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (Answer(Outcome.NOT_FOUND, 404), Sign.BAD),
        (Answer(Outcome.PRESENT, 200, missing_platforms=("linux/arm64",)), Sign.BAD),
        (Answer(Outcome.UNREACHABLE), Sign.OPEN),
        (None, Sign.OPEN),
    ],
)
def test_the_registrys_word_is_its_hop(well: Status, answer: Answer | None, sign: Sign) -> None:
    assert signs(hops(gathered(well, answer)))["registry"] is sign


def test_what_nodes_pull_as_themselves_is_proved_by_a_ready_pod_that_runs_it(well: Status) -> None:
    found = gathered(well)
    (proof,) = found.verification.images
    for ready, sign in (("web-1", Sign.GOOD), ("", Sign.OPEN)):
        images = [replace(proof, as_pushed=True, ready=ready)]
        proved = replace(found, verification=replace(found.verification, images=images))
        assert signs(hops(proved))["registry"] is sign


KEYED = Resource(
    urn="urn:pulumi:dev::shop::pipeline:index:AppImage::image",
    type=APP_IMAGE_TYPE,
    inputs={"signature": {"publicKey": "cosign.pub", "sha256": "ab"}},
    outputs={"reference": IMAGE},
    custom=False,
)


@pytest.mark.parametrize(
    ("attached", "sign", "shown"),
    [
        (Attached(asked=True, api=True, kinds=("application/vnd.dev.sigstore.bundle",)), Sign.GOOD, "cosign.pub"),
        (Attached(asked=True, api=True, kinds=("application/spdx+json",)), Sign.BAD, "gone"),
        (Attached(asked=True, api=False), Sign.BAD, "gone"),
        (Attached(), Sign.OPEN, "cosign.pub"),
    ],
)
def test_a_signature_that_the_stack_asks_for_is_a_hop(well: Status, attached: Attached, sign: Sign, shown: str) -> None:
    found = gathered(well)
    asks = replace(well.stack, state=replace(well.stack.state, resources=(*well.stack.state.resources, KEYED)))
    proofs = [replace(each, attached=attached) for each in found.verification.images]
    keyed = replace(found, status=replace(well, stack=asks), verification=replace(found.verification, images=proofs))
    drawn = hops(keyed)
    assert [each.name for each in drawn] == [*NAMES[:3], "signature", *NAMES[3:]]
    assert (drawn[3].sign, drawn[3].short) == (sign, shown)


def test_of_several_registries_the_apps_own_is_shown(well: Status) -> None:
    found = gathered(well)
    other = ImageProof(Use(image="docker.io/db@x", namespace="shop", by=(BY_STATE,), pod_spec={}), PRESENT)
    proofs = [other, *found.verification.images]
    both = replace(found, verification=replace(found.verification, images=proofs))
    (registry,) = [each for each in hops(both) if each.name == "registry"]
    assert (registry.short, len(registry.lines)) == ("127.0.0.1:5050", 2)


def test_pods_that_do_not_come_up_are_red_and_nobody_has_pulled_by_the_grant() -> None:
    refused = container(waiting("ImagePullBackOff", "back-off"), image=IMAGE)
    going = rolled_out(updatedReplicas=1, availableReplicas=0)
    with place(serving(made=refused, conditions=[]), deployments=[going]) as here:
        drawn = hops(gathered(here.look()))
    assert signs(drawn)["pod"] is Sign.BAD
    assert signs(drawn)["grant"] is Sign.OPEN
    assert next(each for each in drawn if each.name == "pod").lines[0].endswith("ImagePullBackOff")


def test_what_is_not_seen_is_open_and_never_green() -> None:
    with place(serving()) as here:
        here.cluster.refused = {"pods": 403}
        drawn = hops(gathered(here.look()))
    assert {signs(drawn)[each] for each in ("node", "pod")} == {Sign.OPEN}


def test_a_url_that_does_not_answer_well_is_red() -> None:
    with place(serving()) as here:
        here.status = 503
        assert signs(hops(gathered(here.look())))["URL"] is Sign.BAD


# Pictures


def drawn_of(text: str) -> list[Hop]:
    return [Hop("source", Sign.GOOD, text, (text,)), Hop("pod", Sign.BAD, "x" * 60), Hop("URL", Sign.OPEN, "?")]


def test_the_picture_is_valid_says_each_hop_and_marks_it() -> None:
    root = ET.fromstring(svg_text(drawn_of('<b>&"')))  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert [each.get("class") for each in root.iter(f"{space}g")] == ["good", "bad", "open"]
    texts = [each.text for each in root.iter(f"{space}text")]
    assert texts[:3] == ["source", '<b>&"', "✓ good"]
    assert all(len(each or "") <= 19 for each in texts)


def test_mermaid_gets_nothing_that_it_would_read_as_its_own() -> None:
    text = mermaid(drawn_of('a"] --> b:::x\n<script>'))
    lines = text.splitlines()
    assert lines[0] == "flowchart LR"
    assert len(lines) == 1 + 3 + 1 + 3
    assert "script>" not in text
    assert lines[4] == "  h0 --> h1 --> h2"
    assert re.fullmatch(r'  h0\["source<br/>[^"<>]*<br/>✓ good"\]:::good', lines[1])


# The page


class Links(HTMLParser):
    """What a browser would fetch, and whether each tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [
            str(value) for name, value in attrs if name in {"src", "data"} or (tag, name) == ("link", "href")
        ]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"h1", "h2"}:
            self.headings.append(data)


def written(found: Gathered) -> tuple[str, Links]:
    text = page(found, hops(found))
    links = Links()
    links.feed(text)
    return text, links


def test_only_cells_with_long_words_may_be_broken_inside_of_one(well: Status) -> None:
    text = page(gathered(well), hops(gathered(well)))
    assert '<td class="long">' in text
    cells = re.findall(r"<td>(.*?)</td>", text)
    assert {"registry", "pod"} <= {*cells}
    assert [each for each in cells if max(map(len, re.split(r"\s|<br>", each))) > 24] == []


def test_a_pull_secret_whose_registry_cannot_be_read_is_told_so() -> None:
    grant = StackGrant(kind="pull-secret", identity="regcred", role="login", resource="", since=None)
    assert grant.described == "pull secret regcred for a registry that the state keeps encrypted"


def test_the_page_needs_no_network_and_holds_all_there_is(well: Status) -> None:
    history = [Update(moment(0), moment(9), succeeded=True), Update(moment(20), moment(31), succeeded=False)]
    text, links = written(gathered(well, updates=history, preview="Previewing update: 1 to change"))
    assert (links.fetched, links.open) == ([], [])
    assert links.headings[0] == "local of monadic-pipeline"
    assert links.headings[1:] == ["The way of the image", "Pods of deployment/web in shop", "Updates"]
    for each in ("Nothing on its way is wrong", "web-1", "9.0 s", "11.0 s", "6 resources in the state", "1 to change"):
        assert each in text
    assert "url(" not in text
    assert PASSWORD not in text


def test_what_is_wrong_comes_with_what_to_type(well: Status) -> None:
    cause = Diagnosis(
        code="forbidden", kind=None, meaning="No.", evidence="403", text="403", fixes=(("Does it.", "az <x> & y"),)
    )
    text, links = written(gathered(well, diagnoses=[cause]))
    assert "What is wrong, and what to type" in links.headings
    assert "It stops at the grant: forbidden." in text
    assert "az &lt;x&gt; &amp; y" in text


def test_another_kind_of_file_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", "--out", str(tmp_path / "report.pdf")])
    assert done.exit_code == 2
    assert ".html, .svg, .mmd" in done.output.replace("\n", " ")


def test_each_list_and_the_url_are_asked_for_once() -> None:
    updates: Future[list[Update]] = Future()
    updates.set_result([])
    with place(serving()) as here:
        found = gather(stack_of(here.exported()), updates, Path(), with_preview=False)
        lists = [each.path.rpartition("/")[2] for each in here.api.asked if "/namespaces/shop/" in each.path]
        ready = [each.path for each in here.app.asked if each.path == "/ready"]
    known = [each for each in lists if each in {"pods", "events", "deployments", "replicasets", "statefulsets"}]
    assert len(known) == len({*known}) == 5
    assert len(ready) == 1
    assert found.verification.route.answer == found.status.url
