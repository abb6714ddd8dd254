"""All rules in the order in which they are tried: the first phrase that a text has is its cause.

What the node says of itself comes before what the network says, that before what a registry answers, and "not found"
last, because many other texts end with it.
"""

from pulls.text.rules import Rule
from pulls.text.rules_image import MANIFEST, NAMES, PLATFORM
from pulls.text.rules_network import BROKEN_REQUEST, NAME_SYSTEM, PLAIN, PROXY, TLS, TRANSFER, UNREACHABLE
from pulls.text.rules_node import ADMISSION, DISK, KUBELET, RUNTIME, SCHEDULING
from pulls.text.rules_other import NOT_A_PULL
from pulls.text.rules_registry import BLOCKED, EXPIRED, FAILED, MISSING, RATE, REFUSED

RULES: tuple[Rule, ...] = (
    *ADMISSION,
    *NOT_A_PULL,
    *KUBELET,
    *SCHEDULING,
    *DISK,
    *NAMES,
    *PLATFORM,
    *MANIFEST,
    *BLOCKED,
    *RUNTIME,
    *PLAIN,
    *NAME_SYSTEM,
    *TLS,
    *PROXY,
    *RATE,
    *EXPIRED,
    *REFUSED,
    *BROKEN_REQUEST,
    *TRANSFER,
    *FAILED,
    *UNREACHABLE,
    *MISSING,
)
