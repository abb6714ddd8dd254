"""docs/supply-chain.md knows each refusal of the signature, and docs/ci/supply-chain.yml what it says of itself."""

import re

import pytest

from components.signature_key import SigningKey
from components.signature_words import not_told, refusal
from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.signature import Finding, Verdict
from tests.stack_files import ROOT
from tests.unit.docs_pages import lost_links, sections, text_of
from tests.unit.workflow_files import jobs

PAGE = "supply-chain.md"
WORKFLOW = ROOT / "docs" / "ci" / "supply-chain.yml"
KEY = SigningKey("cosign.pub", "image.signature.publicKey", b"")
IMAGE = "127.0.0.1:5050/monadic-pipeline-webapi@sha256:0c39…"


def said(finding: Finding) -> str:
    text = refusal(IMAGE, Verdict(finding, count=1), KEY, "local")
    assert text is not None
    return text


TEXTS = [
    *(said(each) for each in Finding if each is not Finding.SIGNED),
    *(not_told(IMAGE, RegistryFaultError(each), KEY, "local") for each in Outcome),
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.partition(":")[0])
def test_each_refusal_has_a_part_of_the_page_and_something_to_type(text: str) -> None:
    cause = text.partition(":")[0]
    assert text.endswith(f"  more     docs/{PAGE}#{cause}")
    assert cause in sections(text_of(PAGE), level=3)
    assert re.search(r"^  fix      \S", text, re.MULTILINE)


def test_the_refusal_on_the_page_is_what_is_said() -> None:
    assert f"error: {said(Finding.UNSIGNED)}\n" in text_of(PAGE)


def test_a_signed_image_is_not_refused() -> None:
    assert refusal(IMAGE, Verdict(Finding.SIGNED, count=1), KEY, "local") is None


def test_each_link_leads_somewhere() -> None:
    assert lost_links(PAGE) == []


def test_the_page_names_each_job_of_the_workflow() -> None:
    named = re.findall(r"^\| `(\w+)` \|", sections(text_of(PAGE))["In a pipeline"], re.MULTILINE)
    assert named == list(jobs(WORKFLOW))


def test_a_scanner_has_no_right_no_secret_and_nothing_waits_for_it() -> None:
    scan = jobs(WORKFLOW)["scan"]
    assert scan["permissions"] == {}
    assert "secrets." not in str(scan)
    assert "environment" not in scan
    assert [name for name, job in jobs(WORKFLOW).items() if "scan" in job.get("needs", [])] == []


def test_only_the_job_that_signs_has_the_key() -> None:
    assert [name for name, job in jobs(WORKFLOW).items() if "COSIGN_" in str(job)] == ["sign"]
