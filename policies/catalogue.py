"""All rules, in the order of the page. Codes are stable: suppressions and links name them."""

from policies.catalogue_cloud import CLOUD_RULES
from policies.catalogue_images import IMAGE_RULES
from policies.catalogue_objects import OBJECT_RULES
from policies.rule import Rule

RULES: tuple[Rule, ...] = (*IMAGE_RULES, *OBJECT_RULES, *CLOUD_RULES)
CODES = frozenset(each.code for each in RULES)
