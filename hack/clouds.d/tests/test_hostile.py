"""Requests that are somewhat wrong: whatever a simulator thinks of them, it does not stumble (500)."""
import contextlib
import io
import json
import random

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from simulators.messages import Request

from .aws import AWSTest
from .azure import PLACE, STANDARD, AzureTest
from .gcp import PROJECT, REGION, GoogleCloudTest
from .test_aws_clusters import ClusterTest, trust

TRIES = 300
WRONG = [None, "", 0, -1, [], {}, "x", True, 3.5, "10.0.0.1/24", [{}], [None], {"id": None}, {"id": "/subscriptions/x"}, "a" * 300]
JSON = {"content-type": "application/json", "host": "simulator"}


def spoiled(value, dice):
    """`value` with one part gone or wrong."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        name = dice.choice(list(value))
        rest = {key: inner for key, inner in value.items() if key != name}
        return rest if dice.random() < 0.15 else rest | {name: spoiled(value[name], dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        return [spoiled(value[0], dice), *value[1:]]
    return dice.choice(WRONG)


class Hostile:
    def stumble_over(self, make):
        """`make`: from dice to a Request."""
        dice = random.Random(20261121)
        statuses = set()
        for _ in range(TRIES):
            request = make(dice)
            with contextlib.redirect_stderr(io.StringIO()):  # what moto says of it
                response = self.server.serve(request)
            self.assertNotEqual(response.status, 500, (request, response.body))
            statuses.add(response.status)
        self.assertTrue({200, 400} <= statuses, statuses)  # some were still right


class HostileToAzure(Hostile, AzureTest):
    def test_no_request_makes_it_stumble(self):
        self.gateway()
        self.virtual_network(natGateway={"id": self.id("natGateways", "n")})
        subnet = {"name": "s", "properties": {"addressPrefix": "10.0.0.0/24", "natGateway": {"id": self.id("natGateways", "n")}}}
        rule = {"name": "r", "properties": {
            "priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
            "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}}
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
        addresses = [{"id": self.id("publicIPAddresses", "a")}]
        bodies = {"virtualNetworks/v": PLACE | {"properties": space, "tags": {"a": "b"}}, "virtualNetworks/v/subnets/s": subnet,
                  "natGateways/n": STANDARD | {"properties": {"publicIpAddresses": addresses}},
                  "networkSecurityGroups/f": PLACE | {"properties": {"securityRules": [rule]}},
                  "networkSecurityGroups/f/securityRules/r": rule}
        headers = JSON | {"authorization": f"Bearer {self.authorized.token}"}

        def make(dice):
            path = dice.choice(list(bodies))
            method = dice.choice(["PUT", "PUT", "PUT", "GET", "PATCH"])
            body = b"" if method == "GET" else json.dumps(spoiled(bodies[path], dice) if dice.random() < 0.9 else bodies[path])
            query = dice.choice(["api-version=2026-03-01"] * 5 + ["", "api-version=2026-03-01&$skiptoken=x"])
            return Request(method, self.id(path), query, headers, body.encode() if body else b"")

        self.stumble_over(make)


class HostileToGoogleCloud(Hostile, GoogleCloudTest):
    def test_no_request_makes_it_stumble(self):
        self.network()
        self.router()
        regional, everywhere = f"/compute/v1/projects/{PROJECT}/regions/{REGION}/", f"/compute/v1/projects/{PROJECT}/global/"
        nat = {"name": "nat", "natIpAllocateOption": "MANUAL_ONLY", "natIps": [f"regions/{REGION}/addresses/a"],
               "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"}
        bodies = {everywhere + "networks": {"name": "n", "autoCreateSubnetworks": False, "routingConfig": {"routingMode": "GLOBAL"}},
                  regional + "subnetworks": {"name": "s", "network": "global/networks/n", "ipCidrRange": "10.0.0.0/24"},
                  regional + "routers": {"name": "r", "network": "global/networks/n", "nats": [nat]},
                  regional + "addresses": {"name": "a", "labels": {"x": "y"}},
                  everywhere + "firewalls": {"name": "f", "network": "global/networks/n", "priority": 5,
                                             "allowed": [{"IPProtocol": "tcp", "ports": ["1-2"]}]}}
        headers = JSON | {"authorization": f"Bearer {self.server.simulator.identity.issue()['access_token']}"}

        def make(dice):
            path = dice.choice(list(bodies))
            method = dice.choice(["POST", "POST", "PATCH", "PUT", "GET"])
            body = spoiled(bodies[path], dice)
            query = dice.choice(["", "filter=(name eq [)", "pageToken=x", "maxResults=0"]) if method == "GET" else ""
            target = path if method == "POST" else f"{path}/{bodies[path]['name']}" if method != "GET" or not query else path
            return Request(method, target, query, headers, b"" if method == "GET" else json.dumps(body).encode())

        self.stumble_over(make)


class HostileToAWS(Hostile, AWSTest):
    def test_no_request_makes_it_stumble(self):
        vpc, gateway, subnet, address = self.network()
        calls = [{"Action": "CreateSubnet", "VpcId": vpc, "CidrBlock": "10.0.5.0/24", "AvailabilityZone": "eu-west-1a"},
                 {"Action": "DescribeSubnets", "Filter.1.Name": "vpc-id", "Filter.1.Value.1": vpc, "MaxResults": "5"},
                 {"Action": "CreateNatGateway", "SubnetId": subnet, "AllocationId": address, "ClientToken": "t"},
                 {"Action": "DescribeNatGateways", "NatGatewayId.1": "nat-1"},
                 {"Action": "CreateRoute", "RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway},
                 {"Action": "DeleteSecurityGroup", "GroupId": "sg-1"}, {"Action": "ReleaseAddress", "AllocationId": "eipalloc-1"}]
        signer = SigV4Auth(Credentials("AKIASIMULATOR", "simulatorsecret"), "ec2", "eu-west-1")

        def make(dice):
            call = dict(dice.choice(calls))
            name = dice.choice(list(call))
            wrong = dice.choice(["", "x", "-1", "10.0.0.1/24", "a" * 300, "vpc-0123456789abcdef0"])
            call |= {name: wrong} if dice.random() < 0.5 else {dice.choice([name + ".1", name + ".x", "Tag.1.Key"]): wrong}
            request = AWSRequest("POST", "http://simulator/", data=call | {"Version": "2016-11-15"}).prepare()
            signed = AWSRequest("POST", request.url, data=request.body, headers={"Host": "simulator"})
            signer.add_auth(signed)
            headers = {key.lower(): value for key, value in signed.headers.items()}
            body = request.body if isinstance(request.body, bytes) else request.body.encode()
            return Request("POST", "/", "", headers | {"content-type": "application/x-www-form-urlencoded"}, body)

        self.stumble_over(make)


class HostileToEKS(Hostile, ClusterTest):
    def test_no_request_makes_it_stumble(self):
        self.cluster()
        self.pool()
        self.until("ACTIVE", "general")
        pool = {"nodegroupName": "next", "subnets": self.subnets, "nodeRole": self.node_role, "labels": {"a": "b"},
                "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2}, "launchTemplate": {"id": self.template(), "version": "1"}}
        taint = {"addOrUpdateTaints": [{"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}]}
        network = {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}
        bodies = {"": self.wanted(name="other", kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"}),
                  "/main/update-config": {"resourcesVpcConfig": network}, "/main/updates": {"version": "1.35"},
                  "/main/node-groups": pool, "/main/node-groups/general/update-config": {"taints": taint},
                  "/main/node-groups/general/update-version": {"version": "1.34", "launchTemplate": pool["launchTemplate"]},
                  "/main/addons": {"addonName": "coredns", "podIdentityAssociations": [{"serviceAccount": "x", "roleArn": self.role}]},
                  "/main/access-entries": {"principalArn": self.role}, "/main/insights": {"filter": {"statuses": ["ERROR"]}}}
        signer = SigV4Auth(Credentials("AKIASIMULATOR", "simulatorsecret"), "eks", "eu-west-1")

        def make(dice):
            path = dice.choice(list(bodies))
            body = json.dumps(spoiled(bodies[path], dice) if dice.random() < 0.8 else bodies[path])
            signed = AWSRequest("POST", "http://simulator/clusters" + path, data=body, headers={"Host": "simulator"})
            signer.add_auth(signed)
            headers = {key.lower(): value for key, value in signed.headers.items()}
            return Request("POST", "/clusters" + path, "", headers, body.encode())

        self.stumble_over(make)

    def test_no_trust_policy_makes_it_stumble(self):
        dice = random.Random(20261121)
        for number in range(40):
            document = json.dumps(spoiled(json.loads(trust("eks.amazonaws.com")), dice))
            try:
                role = self.iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=document)["Role"]["Arn"]
            except self.iam.exceptions.ClientError:
                continue
            try:
                self.eks.create_cluster(**self.wanted(roleArn=role, name=f"c{number}"))
            except self.eks.exceptions.InvalidParameterException:
                pass
