"""docs/imagepullbackoff.md, for whoever has that on the screen now: `python -m docs.imagepullbackoff` writes it anew.

The causes that people meet most, each with one command for a place; commands and meanings are those of the catalogue.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from docs.markdown import table
from docs.pull_prose import EVENTS, WHY
from pulls.causes import CATALOGUE, Code
from pulls.fix.command import Fix
from pulls.fixes import Target, fixes_for

PAGE = Path(__file__).with_name("imagepullbackoff.md")
SEEN: Mapping[Code, tuple[str, ...]] = MappingProxyType(
    {
        Code.POLICY_NEVER: ("ErrImageNeverPull", "is not present with pull policy of Never"),
        Code.PULL_SECRET_MISSING: ("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets"),
        Code.NAME_INVALID: ("InvalidImageName", "couldn't parse image name", "invalid reference format"),
        Code.PLATFORM_MISMATCH: ("no match for platform in manifest", "no matching manifest for"),
        Code.PLAIN_HTTP: ("server gave HTTP response to HTTPS client",),
        Code.DNS: ("dial tcp: lookup", "no such host"),
        Code.TLS_UNTRUSTED: ("certificate signed by unknown authority", "self-signed certificate"),
        Code.RATE_LIMITED: ("429 Too Many Requests", "toomanyrequests"),
        Code.CREDENTIALS_EXPIRED: ("authorization token has expired", "secret keys for app … are expired"),
        Code.CREDENTIALS_REFUSED: (
            "failed to fetch oauth token … 401 Unauthorized",
            "login attempt to … failed with status",
            "incorrect username or password",
            "unable to retrieve auth token: invalid username/password",
            "server message: invalid_token",
        ),
        Code.FORBIDDEN: (
            "403 Forbidden",
            "is not authorized to perform:",
            "denied: Permission denied for",
            "permission_denied",
        ),
        Code.NO_CREDENTIALS: (
            "pull access denied",
            "no basic auth credentials",
            "unauthorized: authentication required",
            "requested access to the resource is denied",
            "401 Unauthorized",
        ),
        Code.UNREACHABLE: (
            "dial tcp … i/o timeout",
            "dial tcp … connection refused",
            "TLS handshake timeout",
            "Client.Timeout exceeded",
        ),
        Code.NOT_FOUND: ("failed to resolve reference … : not found", "manifest unknown", "404 Not Found"),
    }
)
"""Cause and words, in reading order, which is that of `pull_words`: the first whose words a text has is its cause."""

PREVIEW = (Code.POLICY_NEVER, Code.NAME_INVALID, Code.PULL_SECRET_MISSING)
RIGHT = (Code.NO_CREDENTIALS, Code.FORBIDDEN)
REHEARSED = tuple(each for each in SEEN if each not in {*PREVIEW, *RIGHT})
_PREVENTED = (
    ("`pulumi preview` refuses it, in each Kubernetes workload of the program, whoever wrote that.", PREVIEW),
    ("On AKS, EKS and GKE the stack gives the nodes the right to pull, before there is anything to pull.", RIGHT),
    ("A pod that runs nothing tries the pull, before the running version is touched.", REHEARSED),
)

_OURS = ("pulumi ", "make ", ".venv/")
"""How commands begin that need this program: whoever reads this may have another."""
_PLACES = {Target.AKS: "AKS", Target.EKS: "EKS", Target.GKE: "GKE", Target.LOCAL: "local", Target.ANY: "any other"}
_BY_SECRET = (Target.LOCAL, Target.ANY)
_STEPS: Mapping[tuple[Code, Target], slice] = MappingProxyType(
    {
        (Code.POLICY_NEVER, Target.LOCAL): slice(0, 3),  # one for each kind of cluster
        # The first one only looks.
        (Code.PLAIN_HTTP, Target.LOCAL): slice(1, 2),
        **{(Code.PLATFORM_MISMATCH, each): slice(1, 3) for each in Target},
        **{(Code.PULL_SECRET_MISSING, each): slice(1, 2) for each in Target},
        **{(Code.TLS_UNTRUSTED, each): slice(1, 2) for each in (Target.EKS, *_BY_SECRET)},
        # A secret is of no use until a pod names it.
        **{(code, each): slice(0, 2) for code in (Code.NO_CREDENTIALS, Code.RATE_LIMITED) for each in _BY_SECRET},
    }
)
"""Which of the catalogue's fixes cure, where it is not the first one alone."""

TOP = f"""\
<!-- written by: python -m docs.imagepullbackoff -->

# ImagePullBackOff: what to type now

You need `kubectl`, and for most cures your cloud's own command. In a command, put your own value for each
[`<name>`](pull-failures.md#names-in-commands).

## Get the text

`ImagePullBackOff` only says that a pull failed. Why stands in the pod's events:

```sh
{EVENTS}
```

Is there only `Back-off pulling image`? Events are forgotten after an hour. Let a new pod say it again; a Deployment,
StatefulSet, DaemonSet or Job makes one, and a pod that belongs to none of them would be gone.

```sh
kubectl -n <namespace> delete pod <pod>
```

## Find your words

Read from the top: **the first row whose words are in your text is yours.** `…` stands for any words. If the text has
`(Mirrors also failed: […])`, read what comes after the bracket. No row fits:
[all causes](pull-failures.md#find-your-text).
"""
TYPE = """\
## What to type

AKS, EKS and GKE: for images in the same cloud's registry (ACR, ECR, Artifact Registry). Local: a cluster on your own
machine. Any other: everything else, also an image of Docker Hub or GHCR on AKS, EKS or GKE.
"""
CURED = f"""\
## Is it cured?

The kubelet's pause between two tries grows to five minutes. A new pod tries at once:

```sh
kubectl -n <namespace> delete pod <pod>
```

```sh
{Fix("", CATALOGUE[Code.POLICY_NEVER].verify).rendered({})}
```

It is cured when the newest lines say `Successfully pulled image`, or `already present on machine`. Is there another
text now? Go [back to the table](#find-your-words): one fault may hide the next, as [the incident](incident.md) had it.
"""
END = """\
A refusal has the cause, the text and the command, as above. Which tests show it: [the incident](incident.md).

## Let the program look

It reads only, asks the registry too, and works for any cluster, also one that this program did not make.

```sh
.venv/bin/python -m ops diagnose deployment/<deployment> -n <namespace> --context <kube_context>
```
"""


def page() -> str:
    """The page as Markdown, ending in a newline."""
    prevented = ((text, ", ".join(f"[{each}](#{each})" for each in codes)) for text, codes in _PREVENTED)
    parts = [
        TOP,
        table(("you see", "cause", "what it means"), map(_row, SEEN)),
        TYPE,
        *map(_section, SEEN),
        CURED,
        "## How this program would have prevented it\n",
        table(("what stops it first", "causes"), prevented),
        END,
    ]
    return "\n".join(parts)


def steps(code: Code, target: Target) -> tuple[Fix, ...]:
    """What the page says to type, without commands of this program."""
    others = [each for each in fixes_for(code, target) if not each.command.startswith(_OURS)]
    return tuple(others[_STEPS.get((code, target), slice(0, 1))])


def places(code: Code) -> Iterator[tuple[str, tuple[Fix, ...]]]:
    """The places where the same is typed, as the page names them, and what."""
    groups: dict[tuple[Fix, ...], list[str]] = {}
    for target, place in _PLACES.items():
        groups.setdefault(steps(code, target), []).append(place)
    for fixes, named in groups.items():
        text = "any cluster" if len(groups) == 1 else ", ".join(named)
        yield f"{text[0].upper()}{text[1:]}", fixes


def _row(code: Code) -> tuple[str, str, str]:
    return "<br>".join(f"`{each}`" for each in SEEN[code]), f"[{code}](#{code})", CATALOGUE[code].meaning


def _section(code: Code) -> str:
    lines = [f"### {code}", "", WHY[code], ""]
    for place, fixes in places(code):
        for number, fix in enumerate(fixes):
            label = "" if number else f"**{place}.** "
            lines += [f"{label}{fix.does}", "", "```sh", fix.rendered({}), "```", ""]
    more = f"[More fixes, and how to verify](pull-failures.md#{code})"
    return "\n".join([*lines, f"{more} · [↑ table](#find-your-words)", ""])


if __name__ == "__main__":
    PAGE.write_text(page())
