"""What docker prints, read: the step that failed, the digest that was pushed, and never a password."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_STEP = re.compile(r"Step \d+/\d+ : ")  # the classic builder
_NOISE = re.compile(r" ?---> |Removing intermediate container |Sending build context to Docker daemon")
_ADVICE = re.compile(  # of the client to whoever typed `docker build`, which nobody did
    r"DEPRECATED: The legacy builder|BuildKit is currently disabled|environment-variable\.$|"
    r"Install the buildx component|https://docs\.docker\.com/go/buildx/$"
)
_FAILED_VERTEX = re.compile(r"#(\d+) ERROR")  # BuildKit, with --progress=plain
_DIGEST = re.compile(r"digest: (sha256:[0-9a-f]{64})\b")
_SHOWN = 25
_REFUSED = re.compile(r"unauthorized|denied|authentication required|no basic auth|\bEOF\b", re.IGNORECASE)


@dataclass
class Output:
    """The lines of one command, with `secret` blanked in each."""

    secret: str
    lines: list[str] = field(default_factory=list[str])

    def take(self, line: str) -> str:
        """Keep a line; what may be shown of it, empty when it is not worth showing."""
        shown = line.replace(self.secret, "[secret]") if self.secret else line
        shown = shown.split("\r")[-1].strip()
        if _ADVICE.match(shown):
            return ""
        self.lines.append(shown)
        return shown


def failed_build(lines: Sequence[str]) -> str:
    """Why a build failed, in one message: the step, the end of what it printed, docker's verdict."""
    told = _failed_buildkit_step(lines) or _failed_classic_step(lines)
    if len(told) > _SHOWN:
        told = [told[0], f"... ({len(told) - _SHOWN} lines left out)", *told[-_SHOWN + 1 :]]
    return "\n".join(["error building image:", *(f"  {line}" for line in told)])


def _failed_classic_step(lines: Sequence[str]) -> list[str]:
    steps = [index for index, line in enumerate(lines) if _STEP.match(line)]
    told = lines[steps[-1] :] if steps else lines
    return [line for line in told if line and not _NOISE.match(line)]


def _failed_buildkit_step(lines: Sequence[str]) -> list[str]:
    """The step, what it printed and the verdict; nothing when this is not BuildKit's output."""
    failed = [match[1] for line in lines if (match := _FAILED_VERTEX.match(line))]
    if not failed:
        return []
    own = re.compile(rf"#{failed[-1]} (?:\[|\d+\.\d+ )")  # its headline, and what it printed after so many seconds
    printed = [line for line in lines if own.match(line)]
    verdict = [line for line in lines if line][-1]
    return [re.sub(r"^#\d+ (?:\d+\.\d+ )?", "", line) for line in printed] + [verdict]


def failed_push(lines: Sequence[str], *, registry: str, has_login: bool) -> str:
    """Why a push failed, and for a refused login what to look at."""
    reason = next((line for line in reversed(lines) if line), "docker push said nothing")
    message = f"error reading push output: {reason}"
    if not _REFUSED.search(reason):
        return message
    hint = (
        "check registry.username and registry.password of the image"
        if has_login
        else f"the program gave no login; type: docker login {registry}"
    )
    return f"{message}\n{registry} refused the push: {hint}"


def pushed_digest(lines: Sequence[str]) -> str:
    """The digest that the registry answered with; empty when docker did not print one."""
    found = [match[1] for line in lines if (match := _DIGEST.search(line))]
    return found[-1] if found else ""
