"""Whether EKS can use a role: it is there, trusts the service, and was not made a moment ago."""
import json
from urllib.parse import unquote

from moto.iam.models import iam_backends

from .entry import wrong


class Roles:
    def __init__(self, settings):
        self.settings, self.fresh = settings, {}  # ARN -> Wait

    @staticmethod
    def found(account, arn):
        roles = iam_backends[account]["aws"].roles.values()
        return next((role for role in roles if role.arn == arn), None)

    def made(self, arn):
        self.fresh[arn] = self.settings.consistency()

    def check(self, account, arn, service, name):
        """Raises Refusal. A new role is unknown to EKS until it was asked for as often as the settings say."""
        role = self.found(account, arn)
        is_new = arn in self.fresh and not self.fresh[arn].look()
        if not role or is_new or service not in trusted(trust_of(role)):
            raise wrong(f"The {name} {arn} could not be assumed by {service}, or it does not exist")

    def check_principal(self, account, arn):
        if ":role/" in arn and not self.found(account, arn):
            raise wrong("The specified principalArn is invalid: invalid principal.")


def listed(value):
    return value if isinstance(value, list) else [value]


def part(value, name):
    return value.get(name) if isinstance(value, dict) else None


def trust_of(role):
    """-> its trust policy, which moto does not check."""
    return json.loads(unquote(role.assume_role_policy_document or "{}"))


def trusted(policy):
    """-> the services that a trust policy lets assume the role."""
    services = []
    for entry in listed(part(policy, "Statement")):
        if part(entry, "Effect") == "Allow":
            services += listed(part(part(entry, "Principal"), "Service"))
    return services
