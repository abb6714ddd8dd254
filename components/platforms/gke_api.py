"""Google's provider, and the APIs of a project that must be on before anything can be made in it."""

import pulumi
from pulumi_gcp import Provider, projects

_OF_MACHINE = ("region", "zone")


def google_provider(project: str) -> Provider:
    """The provider of all that a stack makes or looks up in Google Cloud.

    Args:
        project: in which that is, where nothing else is said.
    """
    # An explicit provider does not see what people set for the default one, so it is handed on.
    config = pulumi.Config("gcp")
    return Provider(
        "gcp",
        project=project,
        credentials=config.get_secret("credentials"),
        access_token=config.get_secret("accessToken"),
        impersonate_service_account=config.get("impersonateServiceAccount"),
        billing_project=config.get("billingProject"),
        user_project_override=config.get_bool("userProjectOverride"),
        opts=pulumi.ResourceOptions(transformations=[_without_machine]),
    )


def enabled_api(api: str, project: str, opts: pulumi.ResourceOptions) -> projects.Service:
    """An API that is on.

    Args:
        api: first part of its name, such as `container`.
        project: in which project.
        opts: with the provider.
    """
    # Others may use it too, so it stays on when the stack goes.
    return projects.Service(
        f"{api}-api", service=f"{api}.googleapis.com", project=project, disable_on_destroy=False, opts=opts
    )


def _without_machine(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult:
    # The SDK writes this machine's GOOGLE_REGION and GOOGLE_ZONE into the provider's inputs, which would be a
    # difference on the next machine. Everything here says its own place.
    props = {key: value for key, value in args.props.items() if key not in _OF_MACHINE}
    return pulumi.ResourceTransformationResult(props=props, opts=args.opts)
