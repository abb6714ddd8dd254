"""The policy pack: `pulumi preview --policy-pack policies`.

Rules are plain functions (`rules/`) beside their data (`catalogue.py`); `pack.py` hands them to Pulumi, `__main__.py`
starts the pack. docs/policies.md is made from the catalogue.
"""
