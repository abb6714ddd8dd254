"""Who the simulated deployer is in each cloud; the values are as obviously made up as their formats allow.

123456789012 is the account of AWS's own documentation, and `my-project` that of Google's.
"""

TENANT = "22222222-2222-4222-8222-222222222222"
SUBSCRIPTION = "33333333-3333-4333-8333-333333333333"
CLIENT_AZURE = "44444444-4444-4444-8444-444444444444"
"""The deployer's application (client) id, which is not the object id that rights are given to."""
DEPLOYER_AZURE = "11111111-1111-4111-8111-111111111111"
"""The deployer's object id."""

ACCOUNT = "123456789012"
DEPLOYER_AWS = f"arn:aws:iam::{ACCOUNT}:user/deployer"

PROJECT = "my-project"
DEPLOYER_GOOGLE = f"deployer@{PROJECT}.iam.gserviceaccount.com"
