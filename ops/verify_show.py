"""A verification as a person reads it. Pure."""

from collections.abc import Iterator, Sequence

from ops.stack_finding import Finding
from ops.stack_show import BAD, GOOD, OPEN, PLAIN, Row, finding_rows
from ops.status_show import url_rows
from ops.verify import Attached, ImageProof, RouteProof, Verdict, Verification, has_sbom, signed
from ops.verify_health import said
from pulls.text.redact import redact

_STYLES = {
    Verdict.PULLABLE: GOOD,
    Verdict.RUNS: GOOD,
    Verdict.NOT_PULLABLE: BAD,
    Verdict.UNKNOWN: OPEN,
    Verdict.LOADED: PLAIN,
}


def rows(found: Verification, findings: Sequence[Finding]) -> list[Row]:
    """All of it: what is in use and what was proved of it, then what is wrong."""
    stack = found.stack
    return [
        Row("stack", f"{stack.name} of {stack.project}, target {stack.target}"),
        *(row for each in found.images for row in _image(each)),
        *url_rows(stack, found.route.answer),
        *_route(found.route),
        *finding_rows(findings),
    ]


def _image(proof: ImageProof) -> Iterator[Row]:
    yield Row("image", redact(proof.use.image))
    yield Row("", f"used by {', '.join(proof.use.by)}")
    yield Row("", _pulled(proof), _STYLES[proof.verdict])
    if proof.verdict is Verdict.PULLABLE:
        yield Row("", _with_it(proof.attached))


def _pulled(proof: ImageProof) -> str:
    if proof.verdict is Verdict.LOADED:
        return "is loaded into the nodes, and in no registry: a node that comes later has none"
    if proof.answer is None:
        return "the registry could not be asked with the pods' login"
    if proof.verdict is Verdict.PULLABLE:
        how = "with the pods' own login" if proof.answer.with_login else "without a login"
        return f"is in the registry, and can be pulled {how}"
    if proof.as_pushed and proof.verdict in (Verdict.RUNS, Verdict.UNKNOWN):
        runs = f", and {proof.ready} runs it" if proof.ready else ""
        return f"is in the registry, as the login of the last update shows{runs}; the nodes pull as themselves"
    return f"the registry says {said(proof.answer)}"


def _with_it(attached: Attached) -> str:
    if not attached.asked:
        return "signature and SBOM: not known, the registry does not say"
    found = [name for name, there in (("signature", signed(attached)), ("SBOM", has_sbom(attached))) if there]
    without = "" if attached.api else " (the registry has no referrers API)"
    if not found and not attached.kinds:
        return f"no signature and no SBOM is attached{without}"
    kinds = f": {', '.join(attached.kinds)}"
    return f"attached, {' and '.join(found) or 'neither signature nor SBOM'}{kinds}{without}"


def _route(route: RouteProof) -> Iterator[Row]:
    if route.named:
        yield Row("answered", f"by {', '.join(route.named)}", PLAIN)
    if route.service is not None:
        pods = ", ".join(each.name for each in route.behind) or "no ready pod"
        yield Row("behind", f"Service {route.service.service}: {pods}", PLAIN if route.behind else BAD)
