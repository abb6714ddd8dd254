"""How credentials stand in a text: as fields, headers, parameters, options, after a word, before a host.

In each pattern the groups are what is hidden, but for the one called q. None looks further than a bounded number of
characters from one place, so that the work grows with the length of a text and no faster.
"""

import re

from pulls.text.tokens import TOKENS

_PLAIN = r"(?:[\w.-]{0,40}(?:passw(?:or)?[dt]s?|passphrase|secret)|pwd)"
_FIELD = (
    r"(?:[\w.-]{0,40}(?:passw(?:or)?[dt]s?|passphrase|secret|token|api[_-]?key"
    r"|access[_-]?key(?:[_-]?id)?|account[_-]?key"
    r"|private[_-]?key|signature|credentials?|sharedaccesskey|assertion)|[\w-]{0,40}_auth|auth|pwd|pass|pat|sig|bearer"
    r"|\.?dockerconfig(?:json)?|\.?dockercfg|x-registry-(?:auth|config)|set-cookie|cookie)"
)
# Parameters of a URL that say what is asked for, not who asks.
_PLAIN_PARAMETERS = (
    r"(?:scope|service|ns|n|last|account|client_id|grant_type|offline_token|artifactType"
    r"|digest|mount|from|api-version|platform|tag|project)="
)
# What follows a word such as "password:" in a sentence.
_AFTER = (
    r"(?:unauthorized|unexpected|incorrect|invalid|denied|authentication|authorization|failed|not|no"
    r"|is|was|has|wrong|missing|the|and|or)\b"
)
# A value by its characters: a digit, or upper case behind lower case, and no number, version, host, URL or digest.
_ODD = (
    r"(?=[^\s\"'<>]{0,200}?(?:\d|(?-i:[a-z][A-Z])))"
    r"(?!\w[\w+.-]{0,15}://|sha\d|aadsts\d|oauth\d?\b|2fa\b|http/\d|v?\d[\d.:,/-]*(?:[\s\"')\]]|$)"
    r"|v\d+\.\d|\d+\.\d+\.\d|[1-5]\d\d\b(?!\w)|(?-i:[a-z\d-]+(?:\.[a-z\d-]+){0,8}\.[a-z]{2,12}(?::\d+)?(?:[/\s\"':,;)]|$)))"
)
_VALUE = rf"{_ODD}[^\s\"'<>]{{0,4096}}[^\s\"'<>:,.;)}}\]]"
_QUOTE = r"\\*+[\"']?"
_TO = rf"{_QUOTE}(?:\s*(?:=>|->|\u2192)\s*|:?\s+(?:(?:is|was)\s+)?){_QUOTE}"
# The name of a secret of Kubernetes, where a text says of it what is only said of objects.
_OBJECT = (
    rf"(?-i:(?:[a-z\d-]+/)?[a-z\d]+(?:[.-]+[a-z\d]+){{0,30}}){_QUOTE}[,:;]?\s+(?:(?:was|is|are)\s+)?"
    r"(?:not found|missing|in (?:the )?namespace|does not exist|do not exist|of type|forbidden|for\b)"
)
_OBJECT_OR_NOT = r"(?!\w{0,40}pull-?secret)[\w.-]{0,40}(?<!pull\x20)(?<!in\x20)secret"
_WORD = (
    r"(?:[\w.-]{0,40}(?:passw(?:or)?[dt]s?|passphrase|token"
    r"|api[\x20_-]?key|access[\x20_-]?key|credentials?|creds)|auth|authorization|pwd|pass|pat|sas|identitytoken)"
)
_BEFORE = r"(?<![\w/-])"
_NO_NAME = r"(?<!image\x20)(?<!image\x20[\"'])(?<!image\x20\\[\"'])(?<!pulling\x20)(?<!reference\x20[\"'])"
_USERS = (
    r"(?:_json_key(?:_base64)?|_token|_dcgcloud_token|oauth2accesstoken|(?-i:AWS)"
    r"|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})"
)

PATTERNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # Query parameters of a URL, other than those of the distribution protocol.
        (rf"(?i)(?<=[?&])(?!{_PLAIN_PARAMETERS})[\w.-]+=((?:(?!\\u0026|&amp;)[^\s&\"'<>])+)", 0),
        (rf"(?i)(?:\\u0026|&amp;)(?!{_PLAIN_PARAMETERS})[\w.-]+=((?:(?!\\u0026|&amp;)[^\s&\"'<>])+)", 0),
        # Logins: before a host, of users that stand for a token, and with escaped signs.
        (
            r"(?i)(?<![\w./:@%+-])(?!serviceaccount:|group:|mailto:)[\w.%+-]{1,64}:(?!//|\d{1,5}/)"
            r"([^\s\"'<>]{1,512})(?=@(?!s(?:ha?\d*)?(?:[^\w.-]|$))[\w\[])",
            0,
        ),
        (rf"(?i)(?<![\w./-]){_USERS}:(?!arn:|//|arn%3a)([^\s\"'<>]+)", 0),
        (r"(?i)%3a(?!%2f%2f)([^\s\"'&<>]{1,512})(?=%40(?!sha))", 0),
        # Headers.
        (
            r"(?i)\b(?:proxy-)?authorization\\*+[\"']?\s*[:=]\s*\\*+[\"']?\[?\s*((?:basic|bearer|token"
            r"|negotiate|digest|ntlm|aws4\S*|sharedkey\S*)\b[^\r\n\"']*)",
            0,
        ),
        (r"(?i)\b(?:proxy-)?authorization\\*+[\"']?\s*[:=]\s*\\*+[\"']?\[?\s*([\w+/=.~-]{16,})", 0),
        (
            r"(?i)\b(?:x-[\w-]{0,40}(?:token|auth|key|signature|credential|api)|private-token|job-token"
            r"|deploy-token)\\*+[\"']?\s*[:=]\s*\\*+[\"']?\[?\s*([^\s\"']+)",
            0,
        ),
        (
            r"(?i)\b(?:set-cookie|cookie)\\*+[\"']?\s*[:=]\s*\\*+[\"']?\[?\s*"
            r"([^\s\"';]+(?:;\s*[^\s\"';=]{1,128}(?:=[^\s\"';]*+)?)*+)",
            0,
        ),
        (
            r"\b(?:[Bb]earer|BEARER)\s+(?!(?:realm|service|scope|error)\b)([\w+/.~=-]{16,}"
            r"|(?=\S*[\dA-Z])[\w+/.~=-]{6,})",
            0,
        ),
        (r"\b(?:[Bb]asic|BASIC)\s+\\*+[\"']?((?=\S*[\dA-Z=])[\w+/.~=-]{6,})", 0),
        # Fields: "name": "value" at any depth of escaping, name=value, --name value, name: value.
        (
            rf"(?i)(?<!\\)(\\*+[\"'])(?:{_FIELD})\1\s*:\s*\[?(?P<q>\\*+[\"'])(?P<a>(?:(?!(?P=q))(?:\\.|[^\\]))*)",
            re.DOTALL,
        ),
        (
            rf"(?i)(?<![\w-])(?:{_FIELD})\\*+[\"']?\s?(?::?=|=>)\s?"
            r"(?:\\*+\"(?P<a>[^\"]+)|'(?P<b>[^']+)|(?P<c>[^\s&\"']+))",
            0,
        ),
        (
            r"(?i)(?<!\S)--?[\w-]{0,40}(?:password|passwd|token|secret"
            r"|api-?key)(?:-stdin)?\s+(?:\"([^\"]+)|'([^']+)|([^\s\"'-]\S*))",
            0,
        ),
        (
            r"(?i)\b(?:login|curl|wget|skopeo|crane|oras|crictl|ctr|podman"
            r"|docker)\b[^\r\n]{0,200}?\s-p[\s=]?\s*(?!\d{1,5}:\d{1,5}\b)([^\s\"']+)",
            0,
        ),
        (rf"(?i)(?<!\S)-p[\s=]+(?![-/.~]|\d[\d.:/-]*(?:\s|$|tcp|udp))({_VALUE})", 0),
        (
            r"(?i)(?<!\S)(?:-u[\s=]?\s*|(?:--creds|--user|--src-creds|--dest-creds|--auth)[\s=]\s*)"
            r"([^\s\"':]*:[^\s\"']+)",
            0,
        ),
        (rf"(?i){_BEFORE}(?:{_PLAIN}|\w{{1,40}}_(?:token|key))\s*:\s+(?!{_AFTER})(\S+)", 0),
        (
            rf"(?i){_BEFORE}(?:api[_-]?key|auth|token|access[_-]?key"
            rf"|identitytoken)\s*:\s+(?!{_AFTER})((?=\S*[\dA-Z+/=])[^\s:]{{8,}})",
            0,
        ),
        # name:value without a blank, and as Go prints a struct, where a value ends at the next field.
        (rf"(?i){_BEFORE}{_PLAIN}{_QUOTE}:{_QUOTE}(?!//)([^\s\"',;}}]+)", 0),
        (rf"(?i){_BEFORE}{_NO_NAME}(?:{_FIELD}|authorization){_QUOTE}:{_QUOTE}({_VALUE})", 0),
        (rf"[{{ ,](?i:{_FIELD}):(?=\S)([^\r\n]{{1,256}}?)(?=[ ,][A-Z]\w{{1,40}}:|,?\}})", 0),
        (r"\{[\w.@-]{1,64} (?=[^\s{}]{8})(?=[^\s{}]{0,200}[A-Z]|[^\s{}.-]{0,200}\})(" + _VALUE + r")\}", 0),
        # An element of XML.
        (rf"(?i)<(?:{_FIELD})>([^<]+)", 0),
        # The word and the value, by the characters of the value.
        (
            rf"(?i){_BEFORE}(?:{_OBJECT_OR_NOT}(?!{_TO}{_OBJECT})|{_WORD}){_TO}(?=[^\s\"'<>]{{6}})({_VALUE})",
            0,
        ),
        (rf"(?i)\b(?:credentials?|user(?:name)?/password)\s*:?\s+[\w.@-]{{1,64}}[/\s]({_VALUE})", 0),
        (rf"(?i)\blogin\s+[\w.@-]{{1,64}}\s+({_VALUE})", 0),
        (r"(?i)\becho\s+(?:-n\s+)?[\"']?([^\s\"'|]+)[\"']?\s*\|[^\r\n]{0,200}?--password-stdin", 0),
        (r"(?i)\"([^\"\s]{1,512})\" is (?:not a|no|an in)\s?valid (?:password|token|secret|credential|key)", 0),
        # What looks like a secret wherever it stands.
        *((f"({each.loose})", re.ASCII) for each in TOKENS),
        (r"\b((?:AROA|AIDA|ABIA|ACCA|APKA)[A-Z\d]{8,})", 0),
        (r"\b((?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%-]+)", 0),
        (r"(?<![A-Za-z\d])(eyJ[\w+/=-]{6,}(?:\.[\w+/=-]*){0,4})|\b(1//0[\w-]{20,})", 0),
        (r"(?<![\w+/])([A-Za-z\d+/]{30,512}\+ACR[A-Za-z\d+/]{4,})", 0),
        (r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(.*?)(?:-----END|\Z)", re.DOTALL),
        # A long run of base64 with upper, lower and digits: a secret key, a token, an encoded login.
        (r"(?<![\w+/:@.-])((?=[\w+/]*[A-Z])(?=[\w+/]*[a-z])(?=[\w+/]*\d)[A-Za-z\d+/]{40,}={0,2})(?![\w+/.-])", 0),
    )
)
