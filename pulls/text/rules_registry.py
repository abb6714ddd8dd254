"""Phrases of a registry's answers: too many, not you, not this, not here, not well."""

from pulls.causes import Code
from pulls.text.rules import END, REF, URL, Rule, status

_401 = status("401", "unauthorized|authorization required")
_403 = status("403", "forbidden")
_NEVER = status("402|451", "payment required|unavailable for legal")

RATE = (
    Rule(
        Code.RATE_LIMITED,
        status("429", "too many requests")
        + r"|\btoo ?many ?requests\b|\bpull rate limit\b|\brate limit exceeded\b|\brate exceeded\b"
        r"|\bThrottlingException\b"
        r"|\bexceeded (?:the |your )?(?:pull |request )?rate\b|\bquota exceeded for quota metric\b",
        "RFC 6585; docker hub, Amazon ECR, Artifact Registry; containers/image:docker/errors.go",
    ),
)

EXPIRED = (
    Rule(
        Code.CREDENTIALS_REFUSED,
        r"\bHTTP Basic: access denied\b",
        "GitLab, which lists what may be wrong with the login: incorrect, expired or too narrow",
    ),
    Rule(
        Code.CREDENTIALS_EXPIRED,
        r"\b(?:tokens?|secrets?|secret keys?|passwords?|credentials?|passwd|session"
        r"|jwt)\b(?:(?!\b(?:not|or|or has) expired\b)[^.]){0,60}?\bexpired\b"
        r"|\bexpired(?: (?:access|auth|authorization|security|registry|refresh"
        r"|id|oauth|bearer|personal))* "
        r"(?:tokens?|credentials?|secrets?|passwords?)\b|\bExpiredToken(?:Exception)?\b"
        r"|\bAADSTS(?:7000222|700082|700084|50173)\b",
        "Amazon ECR, Microsoft Entra, GitLab, JFrog, GitHub",
    ),
)

REFUSED = (
    Rule(
        Code.NOT_FOUND,
        r"\bproject (?:\S+ )?not found\b",
        "goharbor/harbor, under the word unauthorized",
        hides=True,
    ),
    Rule(
        Code.NO_CREDENTIALS,
        r"\bno basic auth credentials\b|\bmissing username or secret\b|\bno credentials found\b",
        "containerd, moby",
    ),
    Rule(
        Code.FORBIDDEN,
        r"\bnot authorized to perform\b|\bno (?:resource|identity)-based policy allows\b|\bexplicit deny in\b",
        "Amazon IAM",
    ),
    Rule(Code.FORBIDDEN, r"\bfailed to fetch oauth token\b.{0,1200}?" + _403, "containerd: authorizer.go"),
    Rule(
        Code.FORBIDDEN,
        r"\bfailed to fetch anonymous token\b.{0,1200}?" + _403,
        "containerd: authorizer.go",
        hides=True,
    ),
    Rule(
        Code.NO_CREDENTIALS,
        r"\bunauthenticated requests?\b|\banonymous (?:users|access|pulls?) (?:are|is) (?:only|not)\b"
        r"|\byou may have invalid credentials\b|\byou may not login yet\b",
        "Artifact Registry, Container Registry, Oracle OCIR, Huawei SWR",
    ),
    Rule(
        Code.CREDENTIALS_REFUSED,
        r"\brequesting bearer token\b.{0,300}?" + _401,
        "containers/image:docker/docker_client.go",
    ),
    Rule(
        Code.CREDENTIALS_REFUSED,
        r"\bfailed to fetch oauth token\b.{0,1200}?(?:" + _401 + r"|\bunauthorized\b)",
        "containerd/containerd:core/remotes/docker/authorizer.go",
    ),
    Rule(
        Code.NO_CREDENTIALS,
        r"\bfailed to fetch anonymous token\b.{0,1200}?(?:" + _401 + r"|\bunauthorized\b)",
        "containerd/containerd:core/remotes/docker/authorizer.go",
    ),
    Rule(
        Code.FORBIDDEN,
        _NEVER + r"|\bpublic access is not permitted\b|\bprohibited by organization.s policy\b"
        r"|\bnamespace \S+ has been disabled\b|\bdownload blocking policy\b|\b(?:is )?not allowed access\b"
        rf"|\bis blocked in (?:{REF}|\S*registries)",
        "Azure Storage, Azure Container Registry, Artifact Registry, Quay, JFrog: whoever asks",
    ),
    Rule(
        Code.FORBIDDEN,
        _403 + r"|\bunknown: forbidden\b|\bpermission_denied\b"
        r"|\bpermission \S+ denied\b|\b(?:does"
        r"|do) not have (?:the )?(?:\S+ )?(?:permission|access)s?\b"
        r"|\b(?:insufficient|lacks|missing|without) (?:the )?(?:required )?permissions?\b"
        r"|\bdenied: access forbidden\b|\baccess to the resource is forbidden\b",
        "RFC 9110; Artifact Registry, Quay, JFrog, GitLab; containers/image:docker/docker_client.go",
        hides=True,
    ),
    Rule(
        Code.CREDENTIALS_REFUSED,
        r"\b(?:invalid|incorrect|wrong|bad) (?:username|user ?name|user|login|email)?/?(?: (?:or|and"
        r"|name or) )?/?(?:password|credentials?|passwd)\b"
        r"|\b(?:invalid|incorrect|bad) (?:username|user|credentials|client secret"
        r"|authentication credentials)\b|\binvalid(?:_| )token\b(?! auth challenge)|\binvalid(?:_| )(?:grant|client)\b"
        r"|\b(?:password|token|credentials?)\b[^.:]{0,30} (?:is|are|was|were) (?:incorrect|invalid|wrong"
        r"|revoked)\b"
        r"|\bcannot be authenticated with the token\b|\bcould not find robot\b|\bsupplied password\b"
        r"|\bapplication not registered with AAD\b|\binvalid client ?id or client secret\b"
        r"|\bwrong username was used\b|\bbad props auth token\b|\btoken failed verification\b"
        r"|\bcredentials are not valid\b|\bauthentication failed\b|\bpersonal access token\b"
        r"|\blogin attempt to\b.{0,200}\bfailed with status\b|\bAADSTS\d{4,7}\b|\bfailed to authenticate\b",
        "containers/image:docker/errors.go, docker hub, GitLab, ghcr.io, Harbor, Microsoft Entra",
    ),
    Rule(
        Code.NO_CREDENTIALS,
        r"\binsufficient_scope\b|\brequested access to the resource is denied\b",
        "distribution:errcode",
        plain=True,
    ),
    Rule(
        Code.FORBIDDEN,
        r"(?<!pull\x20access\x20)(?<!permission\x20)\bdenied: (?!reques)\S[^\n]{0,60}"
        r"|\baccess forbidden\b|(?:^|\u00a7\.*\"*:|\.\.\.\"*:?) ?(?:forbidden|denied)(?:" + END + r"|\b(?=\s))",
        "a registry's own words after DENIED",
        hides=True,
    ),
    Rule(
        Code.NO_CREDENTIALS,
        rf"\berror (?:response from daemon|from registry): (?:get \S+: )?denied:?{END}|"
        r"\bpull access denied\b|\bdoes not exist or no pull access\b|\bmay require (?:authorization|'?docker login)|"
        + _401,
        "containerd, moby",
        plain=True,
    ),
    Rule(
        Code.NO_CREDENTIALS,
        r"(?<![\w./-])unauthorized(?![\w/-])|\bauthentication (?:is )?required\b"
        r"|\bnot logged in\b|\bmust (?:be logged|log) in\b"
        r"|\baccess denied\b|\bcode\W{1,5}DENIED\b",
        "distribution/distribution:registry/api/errcode",
        plain=True,
    ),
)

BLOCKED = (
    Rule(
        Code.FORBIDDEN,
        r"\bbecause it'?s blocked\b|\bregistr(?:y|ies) \S+ (?:is |are )?(?:not allowed|blocked)\b",
        "the node's own policy: openshift/api, containers/image:pkg/sysregistriesv2",
    ),
    Rule(
        Code.FORBIDDEN,
        r"\bseverity of vulnerabilit(?:y|ies) of the image\b|\bcannot be pulled due to configured policy\b",
        "goharbor/harbor:src/server/middleware/vulnerable",
    ),
)

FAILED = (
    Rule(
        Code.REGISTRY_ERROR,
        status(
            r"5\d\d",
            r"internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out"
            r"|server error|origin|web server|<none>"
            r"|not implemented|insufficient storage|bandwidth",
        ),
        "RFC 9110",
    ),
    Rule(
        Code.REGISTRY_ERROR,
        r"\b(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)\b",
        "RFC 9110, without the number",
    ),
    Rule(
        Code.NOT_FOUND,
        r"\berror parsing HTTP 404 response body\b|\bStatusCode: 404\b",
        "docker/distribution, containers/image",
    ),
    Rule(
        Code.REGISTRY_ERROR,
        r"\binvalid character \S+ (?:looking for|after|in)\b|\bunexpected end of JSON input\b"
        r"|\bmalformed HTTP (?:response|status)\b"
        r"|\bunable to decode token response\b|\bdecoding bearer token\b|\bdid not include a token\b"
        r"|\bno (?:realm|scope) specified\b|\bmissing realm in bearer\b"
        r"|\bstopped after 10 redirects\b"
        r"|\binvalid token auth challenge\b|\bfind supported auth scheme\b|\bmissing or empty \S+ header\b"
        r"|\bmissing \"+[\u00a4\w-]+\"+ header\b|\bcontent size of zero\b"
        r"|\binvalid status code from registry 4(?:0[0567]|1[1-8])\b"
        r"|\bunhandled content range\b|\bunsupported content-encoding\b|\bno error details found in HTTP response\b",
        "golang/go:src/encoding/json; containerd/containerd:core/remotes; containers/image:docker",
    ),
)

MISSING = (
    Rule(
        Code.NOT_FOUND,
        r"\b(?:manifest|name|blob)(?:_| )unknown\b|\brepository name not known to registry\b"
        r"|\bblob unknown to registry\b|\bunknown (?:blob|manifest|repository)\b"
        r"|\bmanifest tagged by \S+ is not found\b|\b(?:Repository|Image)NotFoundException\b"
        r"|\brequested (?:image|entity was) not found\b|\bwas deleted or has expired\b",
        "distribution/distribution:registry/api/v2/errors.go, Amazon ECR, Azure Container Registry, Quay",
    ),
    Rule(
        Code.NOT_FOUND,
        rf"{REF}: (?:\.{{3}} )?not found\b|{URL}:? not found\b|\bfailed to resolve (?:reference"
        rf"|image)[^:]{{0,300}}: not found\b|\bfrom remote: not found\b"
        rf"|\bcontent at \S+ not found\b|\bcould not be found at any host\b"
        rf"|\bcould not fetch content descriptor\b.{{0,300}}\bnot found\b",
        "containerd/containerd:core/remotes/docker",
    ),
    Rule(
        Code.NOT_FOUND,
        r"\b(?:manifest for|image|repository|artifact|project"
        r"|tag)(?: with \S+)? [\u00a4\"\w./:@<>-]+ (?:was |is )?not found\b|\bartifact not found\b"
        r"|\b(?:repository|image|tag|manifest|project)\b(?:(?!: ).){0,160}?\bdoes not exist\b(?! or )"
        r"|\bno such manifest\b|\bmanifest not found\b|\b(?:image|repository|tag) not found\b",
        "moby/moby:distribution/errors.go, Harbor, Amazon ECR",
    ),
    Rule(Code.NOT_FOUND, r"\bcode = NotFound\b.{0,200}\bnot found\b|\bunknown: not found\b", "shortened; Artifactory"),
    Rule(Code.NOT_FOUND, status("404|410", "not found|page not found|gone"), "RFC 9110"),
)
