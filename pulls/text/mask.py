"""A pull message made ready for matching: wrappers gone, names and addresses masked, every character in its place.

An image called `team/no-such-host:403` or a digest with `429` in it must not look like an answer. So references,
digests, URLs and paths become fillers before any rule looks. All steps keep the length: a match in the result has the
same place in the original, where the evidence is taken from.
"""

import re

URL, NAME, LINE = "\u00a7", "\u00a4", "\v"
"""What masked URLs, and masked references, hosts, paths and digests, consist of; and the end of a line."""
LIMIT = 16_384
"""Characters of a text that are looked at. The kubelet cuts events at 1,024 bytes (client-go tools/record/event.go)."""

# Words with a slash or a colon that are part of what the runtimes say, not names.
_SAID = re.compile(
    r"(?:net/http|i/o|input/output|archive/tar|compress/\w+|crypto/\w+|username/password|user/password"
    r"|and/or|list/index"
    r"|application/[\w.+-]+|text/[\w.+-]+|/sys/fs/cgroup[\w./-]*|\{?[\w.-]*/disk-pressure[\w:]*)\.?",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:status|code|http|error|errors|message|reason|desc|detail|unauthorized|denied|forbidden"
    r"|toomanyrequests|x509|tls)"
    r"(?:-?code)?:",
    re.IGNORECASE,
)
_CODE_WORD = re.compile(
    r"[A-Z]+(?:_[A-Z]+)*|insufficient_scope|invalid_token|status(?:Code)?|code|message|errors?|invalid_grant|invalid_client"
)

# The docker engine answers 500 for whatever failed: kubernetes/kubernetes:pkg/kubelet/dockertools of 1.5 and before.
# docker-py, docker/errors.py, says so too: 500 Server Error [for URL]: Internal Server Error ("what the engine says"),
# and docker-modem: (HTTP code 500) server error - what the engine says.
_ENGINE = re.compile(
    r"\bAPI\s+error\s+\(\d+\)|\b[45]\d\d (?:server|client)\s+error(?:\s+for\s+\S+)?:\s+[a-z\s]{1,40}"
    r"(?:(?=\(\"+[^\"\s)])|\s+for url: http\+\S+)|\(HTTP code \d+\)\s+[a-z\s]{1,40} - (?=\S)",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)")
_ESCAPED_QUOTE = re.compile(r"(?<!\\)\\++(?:\"|u0022)|&(?:quot|#34);")
_ESCAPED_LINE = re.compile(r"(?<!\\)\\++n")
_ESCAPED_SPACE = re.compile(r"(?<!\\)\\++[rt]")
_COLOUR = re.compile(r"(?:\x1b|(?<!\\)\\++(?:u001b|x1b))\[[\d;]*m")
_CITED = re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE)
_FRAME = str.maketrans(
    {
        **dict.fromkeys("\r\t\u2502\u2503\u00a0", " "),
        **dict.fromkeys("\u201c\u201d`", '"'),
        "\n": LINE,
        URL: "?",
        NAME: "?",
    }
)
# containers/image docker/docker_image_src.go: "(Mirrors also failed: [ref: cause]…): ref: cause".
_MIRRORS = re.compile(r"\(mirrors also failed:.*?\]\)(?=\s*:\s*\S)", re.IGNORECASE)
_MIRRORS_CUT = re.compile(r"\(mirrors also failed:(?!.*\]\)).*", re.IGNORECASE)
# cri-o internal/storage/image.go: the second half tells of another try, for an OCI artifact.
_ARTIFACT = re.compile(r"(?<=\S);\s+artifact err: .*", re.IGNORECASE)
# containers/image docker/body_reader.go: what came of another try, after the error that counts.
_RECONNECT = re.compile(r"\((?:after|while) reconnecting\b[^)]{0,600}\)?", re.IGNORECASE)
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{0,15}://[^\s\"'<>]*[^\s\"'<>:;,.)\]}]", re.IGNORECASE)
_DIGEST = re.compile(r"\bsha(?:256|384|512)[:-][0-9a-f]*(?:\u2026|\.\.\.)?|\b[0-9a-f]{32,}\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:image|reference|manifest|tag|repository|lookup|registry|source|alias|name"
    r"|short-name)\s+(?P<q>\"{1,8})(?P<quoted>(?:(?!: [a-z]{2})[^\"\v]){1,512})(?P=q)"
    r"|\bmanifest for\s+(?P<manifest>\S+?)(?=\s+not found|:?\s)"
    r"|\b(?:access denied|pull failed) for\s+(?P<denied>[^\s,]+)"
    r"|\breading manifest\s+(?P<tag>\S+)\s+in\s+(?P<in>\S+?)(?=:?\s|$)"
    r"|\b(?:pinging (?:container|docker) registry|initializing source|lookup|pullimage)\s+(?!failed\b)(?P<host>\S+?)"
    r"(?=:?\s|$)"
    r"|\b(?:pull|pulling) image\s+(?P<pulled>[^\s\"][^\s\"]*?)(?=:?\s|$)"
    r"|\bimage\s+(?P<image>[^\s\":]+(?::[^\s\":]+)?)\s+not found"
    r"|\btag\s+(?P<old>\S+)\s+not found in repository",
    re.IGNORECASE,
)
# Lines of other troubles in the events of one pod, and what says that a pull failed too.
_OTHER = re.compile(
    r"\b(?:(?:Mount|Attach|Unmount|Map)Volume\.|unable to attach or mount volumes"
    r"|(?:readiness|liveness|startup) probe (?:failed|errored)|restarting failed container)",
    re.IGNORECASE,
)
_PULL = re.compile(r"\b(?:failed to pull|ErrImagePull|ImagePullBackOff)\b", re.IGNORECASE)
_QUOTED = re.compile(r"(?<!\")\"+([^\"\s]+)(?=\"|$)")
_SLASHED = re.compile(r"(?<![^\s\"'(\[{=,>-])[\w.:~<>{}@\u2026-]*(?<!<)/[^\s\"',;()]*[^\s\"',;():]")
_WRAP = re.compile(r"(?<![ \t])[ \t]*+(?:[\u2502\u2503][ \t]*+)?\r?\n[ \t]*+(?:[\u2502\u2503][ \t]?)?")
_TAGGED = re.compile(r"(?<![\w./:-])[a-z0-9][\w.-]*:[\w][\w.-]*(?![\w/])", re.IGNORECASE)


def masked(text: str) -> str:
    """The text on one line and of the same length, without what only names something."""
    text = _CITED.sub(_blank, text[:LIMIT]).translate(_FRAME)
    text = _ESCAPED_QUOTE.sub(lambda found: '"' * len(found[0]), text)
    text = _ESCAPED_LINE.sub(lambda found: LINE.rjust(len(found[0])), text)
    text = _without_others(text)
    text = _BOLD.sub("  ", text)  # in a report of somebody's; more stars stand for something hidden
    for other in (_ESCAPED_SPACE, _COLOUR, _ENGINE, _MIRRORS, _MIRRORS_CUT, _ARTIFACT, _RECONNECT):
        text = other.sub(_blank, text)
    text = _URL.sub(lambda found: URL * len(found[0]), text)
    text = _DIGEST.sub(lambda found: NAME * len(found[0]), text)
    text = _NAMED.sub(_mask_groups, text)
    text = _QUOTED.sub(_mask_quoted, text)
    text = _SLASHED.sub(lambda found: found[0] if _SAID.fullmatch(found[0]) else NAME * len(found[0]), text)
    return _TAGGED.sub(lambda found: found[0] if _KEY.match(found[0]) else NAME * len(found[0]), text)


def joined(text: str) -> str:
    """A text that a terminal broke within words, in one piece again; frames around it are dropped."""
    return _WRAP.sub("", text[:LIMIT])


def _without_others(text: str) -> str:
    lines = text.split(LINE)
    if not any(map(_PULL.search, lines)):
        return text
    return LINE.join(" " * len(each) if _OTHER.search(each) and not _PULL.search(each) else each for each in lines)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _mask_groups(found: re.Match[str]) -> str:
    text = found[0]
    for name in found.groupdict().keys() - {"q"}:
        start, end = found.span(name)
        if start >= 0:
            text = text[: start - found.start()] + NAME * (end - start) + text[end - found.start() :]
    return text


def _mask_quoted(found: re.Match[str]) -> str:
    if URL in found[1] or "\\x15" in found[1] or _CODE_WORD.fullmatch(found[1]) or _SAID.fullmatch(found[1]):
        return found[0]
    return found[0].replace(found[1], NAME * len(found[1]))
