"""A verification as a script is told it: docs/verification.schema.json. Pure."""

from collections.abc import Sequence
from typing import Any

from ops.stack_document import stack_document
from ops.stack_finding import Finding
from ops.status_document import url_document
from ops.verify import ImageProof, RouteProof, Verification, has_sbom, signed
from pulls.registry.answer import Answer
from pulls.text.redact import redact

SCHEMA = 2
"""Version of the JSON answer."""


def document(found: Verification, findings: Sequence[Finding]) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    stack = found.stack
    return {
        "schema": SCHEMA,
        **stack_document(stack, findings),
        "images": [_image(each) for each in found.images],
        "url": url_document(stack, found.route.answer),
        "route": _route(found.route),
    }


def _image(proof: ImageProof) -> dict[str, Any]:
    return {
        "image": redact(proof.use.image),
        "usedBy": list(proof.use.by),
        "verdict": proof.verdict.value,
        "registry": None if proof.answer is None else _answer(proof.answer),
        "attached": _attached(proof),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome.value,
        "status": answer.status,
        "said": answer.said,
        "withLogin": answer.with_login,
        "platforms": list(answer.platforms),
        "missingPlatforms": list(answer.missing_platforms),
        "bytes": answer.size,
    }


def _attached(proof: ImageProof) -> dict[str, Any] | None:
    attached = proof.attached
    if not attached.asked:
        return None
    return {
        "referrersApi": attached.api,
        "kinds": list(attached.kinds),
        "signature": signed(attached),
        "sbom": has_sbom(attached),
    }


def _route(route: RouteProof) -> dict[str, Any] | None:
    if route.service is None:
        return None
    return {
        "namespace": route.service.namespace,
        "service": route.service.service,
        "pods": [each.name for each in route.behind],
        "answeredBy": list(route.named),
    }
