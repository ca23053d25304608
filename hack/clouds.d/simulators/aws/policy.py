"""An IAM policy, as far as manifests/permissions uses the language: actions, ARNs with stars, and conditions on tags.

EC2 asks for every resource of a request one by one: those that are named, with their own tags, and the one that is to
be made, with the tags of the request. Each must be allowed by some statement (Service Authorization Reference, "Actions,
resources, and condition keys for Amazon EC2").
"""
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

from ..messages import Refusal

FOLDER = Path(__file__).resolve().parents[4] / "manifests/permissions"
TYPES = {"vpc": "vpc", "subnet": "subnet", "rtb": "route-table", "igw": "internet-gateway", "nat": "natgateway",
         "i": "instance", "ami": "image", "eipalloc": "elastic-ip", "sg": "security-group", "vpce": "vpc-endpoint", "fl": "vpc-flow-log"}
MADE = {"AllocateAddress": "elastic-ip", "CreateFlowLogs": "vpc-flow-log", "CreateInternetGateway": "internet-gateway",
        "CreateNatGateway": "natgateway", "CreateRouteTable": "route-table", "CreateSecurityGroup": "security-group",
        "CreateSubnet": "subnet", "CreateVpc": "vpc", "CreateVpcEndpoint": "vpc-endpoint",
        "RunInstances": "instance network-interface volume"}
# The only parameter whose resource is asked for; targets of routes and peers of rules are not.
SUBJECTS = {"CreateRoute": "RouteTableId", "ReplaceRoute": "RouteTableId", "DeleteRoute": "RouteTableId",
            "AuthorizeSecurityGroupEgress": "GroupId", "AuthorizeSecurityGroupIngress": "GroupId",
            "RevokeSecurityGroupEgress": "GroupId", "RevokeSecurityGroupIngress": "GroupId",
            "UpdateSecurityGroupRuleDescriptionsEgress": "GroupId", "UpdateSecurityGroupRuleDescriptionsIngress": "GroupId"}
IDENTIFIER = re.compile(r"([a-z]+)-[0-9a-f]+$")


class Policy:
    def __init__(self, document):
        self.statements = document["Statement"]

    @classmethod
    def shipped(cls, settings):
        names = ["aws-policy.json"] + ["aws-connectors-policy.json"] * settings.connectorRights
        return cls({"Statement": [one for name in names for one in json.loads((FOLDER / name).read_text())["Statement"]]})

    def check(self, network, action, parameters):
        """Refuses what EC2 would refuse to credentials that have this policy and no other."""
        requested = tags_of(parameters)
        named = [(kind, identifier, dict(network.tags.get(identifier, {}))) for kind, identifier in
                 named_by(network, action, parameters)]
        # The tags of a request are asked for only of what they are put on.
        self.require(f"ec2:{action}", named, requested if action == "CreateTags" else {})
        if action in MADE:
            made = [(kind, "new-0", {}) for kind in MADE[action].split()]
            self.require(f"ec2:{action}", made, requested)
            if requested:
                self.require("ec2:CreateTags", made, requested, {"ec2:CreateAction": action})
        elif not named:
            self.require(f"ec2:{action}", [("any", "any", {})], {})

    def require(self, action, resources, requested, context=None):
        for kind, identifier, tags in resources:
            owner = "" if kind == "image" else "123456789012"
            arn = f"arn:aws:ec2:eu-west-1:{owner}:{kind}/{identifier}"
            facts = dict(context or {})
            facts |= {f"aws:RequestTag/{key}": value for key, value in requested.items()}
            facts |= {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
            self.require_one(action, arn, facts, "UnauthorizedOperation")

    def require_one(self, action, arn, facts, code):
        if not any(allows(statement, action, arn, facts) for statement in self.statements):
            raise Refusal(403, code, f"You are not authorized to perform this operation. User is not authorized to perform: "
                          f"{action} on resource: {arn} because no identity-based policy allows it")

    def check_identity(self, backend, action, parameters):
        """The same of IAM, whose resources have paths."""
        if action.startswith("List"):
            return self.require_one(f"iam:{action}", "*", {}, "AccessDenied")
        role, profile = parameters.get("RoleName"), parameters.get("InstanceProfileName")
        paths = [known.path for known in backend.roles.values() if known.name == role] or [parameters.get("Path", "/")]
        if profile:
            found = backend.instance_profiles.values()
            made = [known.path for known in found if known.name == profile] or [parameters.get("Path", "/")]
            self.require_one(f"iam:{action}", f"arn:aws:iam::123456789012:instance-profile{made[0]}{profile}", {}, "AccessDenied")
        else:
            self.require_one(f"iam:{action}", f"arn:aws:iam::123456789012:role{paths[0]}{role}", {}, "AccessDenied")
        if action == "AddRoleToInstanceProfile":
            self.check_pass(f"arn:aws:iam::123456789012:role{paths[0]}{role}")

    def check_pass(self, arn):
        self.require_one("iam:PassRole", arn, {"iam:PassedToService": "ec2.amazonaws.com"}, "AccessDenied")

    def check_secret(self, action, body):
        """The same of Secrets Manager."""
        name = body.get("Name") or body.get("SecretId")
        arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-abcdef" if name else "*"
        self.require_one(f"secretsmanager:{action}", arn, {}, "AccessDeniedException")


def allows(statement, action, arn, facts):
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    return (action in statement["Action"] and any(fnmatchcase(arn, pattern) for pattern in resources)
            and all(holds(operator, key, wanted, facts)
                    for operator, keys in statement.get("Condition", {}).items() for key, wanted in keys.items()))


def holds(operator, key, wanted, facts):
    if operator == "Null":
        return (key not in facts) == (wanted == "true")
    if operator == "StringEquals":
        return facts.get(key) in (wanted if isinstance(wanted, list) else [wanted])
    raise ValueError(f"the simulator does not know the condition {operator}")


def tags_of(parameters):
    keys = {name: value for name, value in parameters.items() if re.fullmatch(r"(TagSpecification\.\d+\.)?Tag\.\d+\.Key", name)}
    return {value: parameters.get(f"{name[:-3]}Value", "") for name, value in keys.items()}


def named_by(network, action, parameters):
    """-> [(type, id)]"""
    found = []
    for name, value in parameters.items():
        if name.startswith(("Filter.", "TagSpecification.")) or not name.startswith(SUBJECTS.get(action, "")):
            continue
        if str(value).startswith("rtbassoc-"):
            value = next((table.id for table in network.route_tables.values() if value in table.associations), value)
        if str(value).startswith("vpc-cidr-assoc-"):
            value = next((vpc.id for vpc in network.vpcs.values() if value in vpc._cidr_block_association_set), value)
        match = IDENTIFIER.match(str(value))
        if match and match[1] in TYPES:
            found.append((TYPES[match[1]], value))
    return found
