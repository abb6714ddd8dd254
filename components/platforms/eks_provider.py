"""How a stack talks to AWS: one explicit provider, with everything that people set for the default one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi.runtime import is_config_secret

from components.platforms.aws_keys import CONFIG_FILES, CREDENTIALS_FILES, DEFAULT_TAGS, ROLES, WEB_IDENTITY, read_key
from components.platforms.cloud_tags import aws_tags

_TEXTS = (
    ("accessKey", "access_key"),
    ("customCaBundle", "custom_ca_bundle"),
    ("httpProxy", "http_proxy"),
    ("httpsProxy", "https_proxy"),
    ("noProxy", "no_proxy"),
    ("profile", "profile"),
    ("retryMode", "retry_mode"),
    ("secretKey", "secret_key"),
    ("stsRegion", "sts_region"),
    ("token", "token"),
)
OBJECTS = (
    ("allowedAccountIds", "allowed_account_ids"),
    ("assumeRoleWithWebIdentity", "assume_role_with_web_identity"),
    ("assumeRoles", "assume_roles"),
    ("endpoints", "endpoints"),
    ("forbiddenAccountIds", "forbidden_account_ids"),
    ("ignoreTags", "ignore_tags"),
    ("maxRetries", "max_retries"),
    ("sharedConfigFiles", "shared_config_files"),
    ("sharedCredentialsFiles", "shared_credentials_files"),
    ("skipCredentialsValidation", "skip_credentials_validation"),
    ("skipMetadataApiCheck", "skip_metadata_api_check"),
    ("skipRegionValidation", "skip_region_validation"),
    ("skipRequestingAccountId", "skip_requesting_account_id"),
    ("useDualstackEndpoint", "use_dualstack_endpoint"),
    ("useFipsEndpoint", "use_fips_endpoint"),
)
"""Keys of `aws:` in a stack file, and the same words of the SDK (pulumi_aws/provider.py, ProviderArgs)."""


@dataclass(frozen=True)
class Aws:
    """An account and a region, through an explicit provider."""

    provider: aws.Provider
    region: str
    partition: str
    """`aws`, `aws-cn`, `aws-us-gov`."""
    dns_suffix: str
    """`amazonaws.com`, `amazonaws.com.cn`."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What a command `aws` needs to log in as this provider does; may hold keys."""
    role_arn: str | None = None
    """A role that the provider takes on."""

    def managed_policy(self, name: str) -> str:
        """ARN of a policy that AWS keeps."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def options(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        """For a resource of this account."""
        return pulumi.ResourceOptions(provider=self.provider, depends_on=list(depends_on))

    @property
    def invoked(self) -> pulumi.InvokeOptions:
        """For a function."""
        return pulumi.InvokeOptions(provider=self.provider)


def connect(region: str, tags: Mapping[str, str]) -> Aws:
    """The provider of a stack.

    Args:
        region: of the cluster.
        tags: for everything that takes tags.
    """
    config = pulumi.Config("aws")
    provider = aws.Provider("aws", region=region, **_handed_on(config, tags))
    partition = aws.get_partition(opts=pulumi.InvokeOptions(provider=provider))
    return Aws(
        provider=provider,
        region=region,
        partition=partition.partition,
        dns_suffix=partition.dns_suffix,
        environment=_environment(config),
        role_arn=_role(config),
    )


def in_account(account: str, region: str, login: Aws, tags: Mapping[str, str]) -> Aws:
    """The same login in another account of the organization, by the role that AWS Organizations makes there.

    Source: docs.aws.amazon.com organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.
    """
    role = f"arn:{login.partition}:iam::{account}:role/OrganizationAccountAccessRole"
    given = _handed_on(pulumi.Config("aws"), tags)
    # As in a stack file: the SDK turns no names of dictionaries into AWS's when it writes a provider's as JSON.
    roles: list[Any] = [*given.pop("assume_roles", []), {"roleArn": role}]
    if "allowed_account_ids" in given:  # said of the login's account; this one is named by the stack file too
        given["allowed_account_ids"] = [account]
    provider = aws.Provider("aws-registry", region=region, assume_roles=roles, **given)
    return Aws(provider, region, login.partition, login.dns_suffix)


def _handed_on(config: pulumi.Config, tags: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key, name in _TEXTS:
        if (text := config.get(key)) is not None:
            given[name] = _kept(config, key, text)
    for key, name in OBJECTS:
        if (text := config.get(key)) is not None:
            given[name] = _kept(config, key, read_key(key, text))
    text = config.get(DEFAULT_TAGS)
    usual: Mapping[str, str] = {} if text is None else read_key(DEFAULT_TAGS, text)["tags"]
    given["default_tags"] = {"tags": {**usual, **aws_tags(tags)}}
    return given


def _kept(config: pulumi.Config, key: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if is_config_secret(config.full_key(key)) else value


def _environment(config: pulumi.Config) -> Mapping[str, str]:
    names = (
        ("profile", "AWS_PROFILE"),
        ("accessKey", "AWS_ACCESS_KEY_ID"),
        ("secretKey", "AWS_SECRET_ACCESS_KEY"),
        ("token", "AWS_SESSION_TOKEN"),
    )
    given = {variable: value for key, variable in names if (value := config.get(key))}
    for key, variable in ((CREDENTIALS_FILES, "AWS_SHARED_CREDENTIALS_FILE"), (CONFIG_FILES, "AWS_CONFIG_FILE")):
        if (text := config.get(key)) is not None and (files := read_key(key, text)):
            given[variable] = files[0]
    if (text := config.get(WEB_IDENTITY)) is not None:
        identity = read_key(WEB_IDENTITY, text)
        # Keys in the environment would win over it (botocore credentials.py); an empty one counts as none.
        given |= {"AWS_ACCESS_KEY_ID": "", "AWS_ROLE_ARN": identity["roleArn"]}
        given["AWS_WEB_IDENTITY_TOKEN_FILE"] = identity["webIdentityTokenFile"]
    return given


def _role(config: pulumi.Config) -> str | None:
    text = config.get(ROLES)
    roles: list[Mapping[str, str]] = read_key(ROLES, text) if text is not None else []
    return roles[-1]["roleArn"] if roles else None
