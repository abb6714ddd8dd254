"""Whether services outside of the cluster answer, as preflight asks them."""

from components.services.reach import check_services
from components.settings_services import ServicesSettings
from components.stack_file import StackFile, StackFileError
from ops.checks.finding import Finding, Name, of_refusal, ok

_WHY = "pulumi refuses a stack whose services outside do not answer"


def check_outside(settings: ServicesSettings, stack: StackFile) -> list[Finding]:
    """Ask each address outside.

    Args:
        settings: of the services beside the app.
        stack: names the file and the commands.
    """
    services = (settings.llm, settings.vectors, settings.traces)
    asked = [each.address for each in services if each.mode == "external" and each.address and each.check_address]
    try:
        check_services(settings, stack)
    except StackFileError as refusal:
        return of_refusal(Name.SERVICES, refusal, _WHY)
    return ok(Name.SERVICES, f"{', '.join(asked)} answer{'s' * (len(asked) == 1)}") if asked else []
