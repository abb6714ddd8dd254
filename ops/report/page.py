"""The page: one HTML file that needs nothing from elsewhere. Pure."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from ops.report.gathered import Gathered
from ops.report.path import Hop, Sign
from ops.report.picture import svg
from ops.stack_finding import health_of
from ops.stack_words import lasted
from pulls.diagnosis import as_text
from pulls.text.redact import redact

_STYLE = """
:root { color-scheme: light dark; --line: #9aa5b155; --bad: light-dark(#c0232c, #ff8a8f);
        --good: light-dark(#1b7f4b, #5fd39a); --open: light-dark(#8a6d00, #e6c14f); }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; max-width: 76rem; margin: 2rem auto;
       padding: 0 1.2rem; }
svg { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .8rem .3rem 0;
       border-bottom: 1px solid var(--line); vertical-align: top; }
td.long { overflow-wrap: anywhere; } h1, h2 { overflow-wrap: anywhere; }
figure { margin: 0; overflow-x: auto; } figure svg { min-width: 46rem; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--line); border-radius: 8px; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, monospace; }
.bad { color: var(--bad); } .good { color: var(--good); } .open { color: var(--open); }
.soft { opacity: .75; } ul { padding-left: 1.2rem; }
"""
_LONG_WORD = 24


def page(found: Gathered, hops: Sequence[Hop]) -> str:
    """The whole file.

    Args:
        found: what was seen.
        hops: of the image's way.
    """
    stack = found.stack
    html = ET.Element("html", {"lang": "en"})
    head, body = ET.SubElement(html, "head"), ET.SubElement(html, "body")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    ET.SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    _add(head, "title", f"{stack.name} of {stack.project}")
    _add(head, "style", _STYLE)
    _heading(body, found, hops)
    ET.SubElement(body, "figure").append(svg(hops))
    _wrong(body, found)
    _way(body, hops)
    _pods(body, found)
    _updates(body, found)
    _resources(body, found)
    if found.preview:
        details = _details(body, "What pulumi preview says is left to do")
        _add(details, "pre", redact(found.preview))
    return "<!DOCTYPE html>\n" + ET.tostring(html, encoding="unicode", method="html") + "\n"


def _heading(body: ET.Element, found: Gathered, hops: Sequence[Hop]) -> None:
    stack = found.stack
    _add(body, "h1", f"{stack.name} of {stack.project}")
    bad = next((each for each in hops if each.sign is Sign.BAD), None)
    health = health_of(found.findings).name.lower()
    sentence = f"It stops at the {bad.name}: {bad.short}." if bad else f"Nothing on its way is wrong; health: {health}."
    _add(body, "p", sentence, **{"class": "bad" if bad else "good"})
    age = found.status.age(stack.state.written)
    updated = f"last updated {lasted(age)} before; " if age is not None else ""
    line = _add(body, "p", f"Target {stack.target}; {updated}seen {found.status.taken:%Y-%m-%d %H:%M:%S} UTC. ")
    line.set("class", "soft")
    if stack.url:
        link = ET.SubElement(line, "a", {"href": stack.url})
        link.text = stack.url


def _wrong(body: ET.Element, found: Gathered) -> None:
    if not found.findings and not found.diagnoses:
        return
    _add(body, "h2", "What is wrong, and what to type")
    for each in found.diagnoses:
        _add(body, "pre", as_text(each))
    items = ET.SubElement(body, "ul")
    for each in found.findings:
        item = _add(items, "li", redact(each.text))
        item.set("class", "bad" if each.known else "open")
        if each.command:
            _add(item, "pre", each.command)


def _way(body: ET.Element, hops: Sequence[Hop]) -> None:
    _add(body, "h2", "The way of the image")
    rows = [(each.name, each.sign.value, redact("\n".join(each.lines) or each.short)) for each in hops]
    _table(body, ("hop", "is", "seen"), rows, signs=1)


def _pods(body: ET.Element, found: Gathered) -> None:
    for each in found.status.workloads:
        if not each.pods:
            continue
        _add(body, "h2", f"Pods of {each.deployed.title} in {each.deployed.namespace}")
        rows = [
            (
                pod.name,
                pod.node or "none",
                "ready" if pod.ready else pod.reason or "not ready",
                str(pod.restarts),
                lasted(found.status.age(pod.made)),
            )
            for pod in each.pods
        ]
        _table(body, ("pod", "node", "is", "restarts", "age"), rows)


def _updates(body: ET.Element, found: Gathered) -> None:
    if not found.updates:
        return
    _add(body, "h2", "Updates")
    rows = [
        (
            f"{each.began:%Y-%m-%d %H:%M:%S} UTC",
            f"{(each.ended - each.began).total_seconds():.1f} s",
            "good" if each.succeeded else "bad",
        )
        for each in found.updates
    ]
    _table(body, ("began", "took", "ended"), rows, signs=2)


def _resources(body: ET.Element, found: Gathered) -> None:
    resources = [each for each in found.stack.state.resources if not each.goes]
    details = _details(body, f"{len(resources)} resources in the state")
    _table(details, ("type", "name", "id"), [(each.type, each.name, redact(each.id)) for each in resources])


def _details(body: ET.Element, title: str) -> ET.Element:
    details = ET.SubElement(body, "details")
    _add(details, "summary", title)
    return details


def _table(body: ET.Element, head: Sequence[str], rows: Iterable[Sequence[str]], signs: int | None = None) -> None:
    table = ET.SubElement(body, "table")
    line = ET.SubElement(table, "tr")
    for each in head:
        _add(line, "th", each)
    for row in rows:
        line = ET.SubElement(table, "tr")
        for index, each in enumerate(row):
            _lines(ET.SubElement(line, "td", _look(each, sign=index == signs)), each)


def _look(text: str, *, sign: bool) -> dict[str, str]:
    """Only what has long words, such as a reference, may be broken inside of one."""
    if sign:
        return {"class": text}
    return {"class": "long"} if any(len(each) > _LONG_WORD for each in text.split()) else {}


def _lines(cell: ET.Element, text: str) -> None:
    first, *rest = text.split("\n")
    cell.text = first
    for each in rest:
        ET.SubElement(cell, "br").tail = each


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element
