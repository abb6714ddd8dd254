"""How tokens begin and what follows, one row for each kind: known by value alone, wherever they stand.

Two readers: what replaces credentials in a text takes whatever begins like one, what stops a deployment only a whole
one. The forms are those of gitleaks (gitleaks/gitleaks:config/gitleaks.toml), without those that guess by entropy.
"""

from dataclasses import dataclass

_SOME = r"(?=[\w.~-]{0,80}[\dA-Z])[\w.~-]{8}"
"""A token that is cut or of a new length; a lower-case word behind the beginning is a name."""


@dataclass(frozen=True)
class Token:
    """One kind of token.

    Attributes:
        kind: for a message.
        start: how it begins.
        rest: what follows in a whole one.
        some: what follows in one that is taken for it when in doubt, as long as that is.
    """

    kind: str
    start: str
    rest: str
    some: str = _SOME

    @property
    def exact(self) -> str:
        """The pattern of a whole one; compile with re.ASCII."""
        return self.start + self.rest

    @property
    def loose(self) -> str:
        """The pattern of one that is whole, cut or longer than known; compile with re.ASCII."""
        return rf"{self.start}(?:{self.rest}|{self.some})[\w.~+/=%-]*"


TOKENS: tuple[Token, ...] = (
    Token("a JSON Web Token", r"\beyJ", r"[\w-]{8,}\.e(?:yJ[\w-]{8,}|30)\.[\w-]", r"[\w+/=-]{6}"),
    Token("an AWS access key", r"\b(?:AKIA|ASIA)", r"[A-Z2-7]{16}\b", r"[A-Z\d]{8}"),
    Token("a token of GitHub", r"\bgh[pousr]_", r"\w{36}"),
    Token("a token of GitHub", r"\bgithub_pat_", r"\w{22}"),
    Token("a token of GitLab", r"\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent|wt|ffct)-", r"[\w-]{20}"),
    Token("a token of Slack", r"\bxox[abeoprs]-", r"[\w-]{10}"),
    Token("a token of Slack", r"\bxapp-", r"\d-[A-Z0-9]+-\d+-[a-z0-9]+"),
    Token("a token of Slack", r"hooks\.slack\.com/(?:services|workflows|triggers)/", r"T\w", r"\w"),
    Token("a key of Google", r"\bAIza", r"[\w-]{35}", r"[\w-]{20}"),
    Token("a token of Google", r"\bya29\.", r"[\w-]{20}", r"[\w.-]{8}"),
    Token("a token of npm", r"\bnpm_", r"[A-Za-z0-9]{36}"),
    Token("a token of PyPI", r"\bpypi-", r"AgEI[\w-]{50}"),
    Token("a token of Docker", r"\bdckr_(?:pat|oat)_", r"[\w-]{20}"),
    Token("a key of Stripe", r"\b[rs]k_(?:live|test|prod)_", r"[A-Za-z0-9]{10}"),
    Token("a key of a language model", r"\bsk-(?:ant|proj|svcacct|admin)", r"[\w-]{20}"),
    Token("a key of a language model", r"\bsk-", r"\w{32}", r"\w{32}"),
    Token("a key of a language model", r"\bhf_", r"[A-Za-z]{34}"),
    Token("a client secret of Azure", r"(?:^|(?<=[^\w~.]))[\w~.]{3}\dQ~", r"[\w~.-]{31}", r"[\w~.-]{20}"),
    Token("a token of Vault", r"\bhv[sb]\.", r"[\w-]{24}"),
    Token("a token of Pulumi", r"\bpul-", r"[0-9a-f]{40}"),
    Token("a key of SendGrid", r"\bSG\.", r"[\w-]{20,24}\.[\w-]{39}"),
    Token("a token of DigitalOcean", r"\bdo[opr]_v1_", r"[0-9a-f]{64}"),
    Token("a token of Databricks", r"\bdapi", r"[0-9a-f]{32}", r"[0-9a-f]{32}"),
    Token("a key of JFrog", r"\bAKCp", r"[A-Za-z0-9]{69}"),
    Token("a token of JFrog", r"\bcmVmdGtu", r"[A-Za-z0-9]{56}"),
)
"""Rows of one kind stand together. No pattern needs more than one pass, whatever the value holds."""
