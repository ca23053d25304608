"""The AWS simulator against botocore, the client that AWS itself makes."""
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from simulators.aws.simulator import AWS

from .harness import SimulatorTest, until

ONCE = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


class AWSTest(SimulatorTest):
    make = AWS

    def setUp(self):
        super().setUp()
        self.ec2 = self.client("ec2")

    def client(self, service, key="AKIASIMULATOR", secret="simulatorsecret", token=None):
        return botocore.session.get_session().create_client(
            service, region_name="eu-west-1", endpoint_url=self.url, config=ONCE,
            aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code, caught.exception)
        return caught.exception.response["Error"]["Message"]

    def network(self):
        """-> ids of a VPC with a gateway, a subnet and an address."""
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        return vpc, gateway, subnet, self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    def nat(self, subnet, address, **more):
        made = self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, **more)
        return made["NatGateway"]["NatGatewayId"]

    def state(self, nat):
        return self.ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"]


class Requests(AWSTest):
    def test_a_wrong_secret_is_refused_by_each_service_in_its_own_words(self):
        self.refused("AuthFailure", self.client("ec2", secret="wrong").describe_vpcs)
        self.refused("SignatureDoesNotMatch", self.client("sts", secret="wrong").get_caller_identity)
        self.refused("InvalidClientTokenId", self.client("sts", key="AKIAUNKNOWN").get_caller_identity)
        status, _, body = self.http("POST", "/", b"Action=DescribeVpcs&Version=2016-11-15")
        self.assertIn((status, b"MissingAuthenticationToken" in body), [(403, True)])

    def test_what_the_model_does_not_know_is_refused(self):
        self.refused("MissingParameter", self.ec2.create_subnet, CidrBlock="10.0.0.0/24")
        self.refused("InvalidParameterValue", self.ec2.allocate_address, Domain="moon")
        self.refused("InvalidParameterValue", self.ec2.describe_vpcs, MaxResults=2)
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=[
            {"ResourceType": "vpc", "Tags": [{"Key": "aws:mine", "Value": "x"}]}])
        findings = [line["findings"][0]["where"] for line in self.control("requests")]
        self.assertEqual(findings, ["VpcId", "Domain", "MaxResults", "TagSpecification.1.Tag.1"])

    def test_temporary_credentials_work_until_they_expire(self):
        self.control("settings", {"sessionSeconds": 100})
        sts = self.client("sts")
        given = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/a", RoleSessionName="session")["Credentials"]
        ec2 = self.client("ec2", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        ec2.describe_vpcs()
        other = self.client("ec2", given["AccessKeyId"], given["SecretAccessKey"], "another token")
        self.refused("AuthFailure", other.describe_vpcs)
        self.server.simulator.identity.known[given["AccessKeyId"]].expires = 0
        self.refused("RequestExpired", ec2.describe_vpcs)

    def test_web_identities_and_instance_metadata_give_credentials(self):
        self.refused("InvalidIdentityToken", self.client("sts").assume_role_with_web_identity,
                     RoleArn="arn:aws:iam::123456789012:role/a", RoleSessionName="session", WebIdentityToken="no jwt")
        given = self.client("sts").assume_role_with_web_identity(
            RoleArn="arn:aws:iam::123456789012:role/a", RoleSessionName="session",
            WebIdentityToken="eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTl9.c2ln")["Credentials"]
        self.client("ec2", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]).describe_vpcs()
        self.assertEqual(self.http("GET", "/latest/meta-data/placement/region")[0], 401)
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        token = self.http("PUT", "/latest/api/token", b"", ttl)[2].decode()
        role = "/latest/meta-data/iam/security-credentials/simulated-role"
        self.assertIn(b"SecretAccessKey", self.http("GET", role, headers={"X-aws-ec2-metadata-token": token})[2])

    def test_faults_are_met_as_often_as_asked(self):
        self.control("faults", [{"operation": "ec2:DescribeVpcs", "status": 503, "times": 2}])
        for _ in range(2):
            self.refused("RequestLimitExceeded", self.ec2.describe_vpcs)
        self.ec2.describe_vpcs()
        self.control("faults", {"operation": "CreateVpc", "drop-after": True})
        self.control("faults", {"operation": "DescribeVpcs", "reset": True})
        with self.assertRaises(ConnectionClosedError):
            self.ec2.create_vpc(CidrBlock="10.7.0.0/16")
        with self.assertRaises(ConnectionClosedError):
            self.ec2.describe_vpcs()
        self.assertEqual(self.control("state")["vpc"], 1)  # the answer was lost, not the deed


class Networks(AWSTest):
    def test_nat_gateways_are_pending_then_available_and_deleting_then_deleted(self):
        self.control("settings", {"operationReads": 2})
        vpc, _, subnet, address = self.network()
        nat = self.nat(subnet, address)
        self.assertEqual([self.state(nat) for _ in range(3)], ["pending", "pending", "available"])
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.refused("InvalidIPAddress.InUse", self.ec2.release_address, AllocationId=address)
        self.assertEqual([self.state(nat) for _ in range(3)], ["deleting", "deleting", "deleted"])
        self.ec2.release_address(AllocationId=address)
        self.refused("NatGatewayNotFound", self.ec2.delete_nat_gateway, NatGatewayId=nat)

    def test_nat_gateways_fail_where_the_network_has_no_gateway_or_on_demand(self):
        vpc, gateway, subnet, address = self.network()
        self.control("faults", {"operation": "CreateNatGateway", "fails": {"code": "InternalError", "message": "x"}})
        nat = self.nat(subnet, address)
        until(lambda: self.state(nat) == "failed")
        self.ec2.detach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
        nat = self.nat(subnet, address)
        until(lambda: self.state(nat) == "failed")
        found = self.ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]
        self.assertEqual(found["FailureCode"], "Gateway.NotAttached")
        self.assertEqual(self.control("state")["network-interface"], 0)

    def test_a_client_token_brings_the_same_answer_and_no_second_object(self):
        _, _, subnet, address = self.network()
        first, again = (self.nat(subnet, address, ClientToken="one") for _ in range(2))
        self.assertEqual(first, again)
        self.refused("IdempotentParameterMismatch", self.ec2.create_nat_gateway, SubnetId=subnet, ClientToken="one")
        self.assertEqual(self.control("state")["nat-gateway"], 1)

    def test_what_is_in_use_is_not_deleted(self):
        vpc, gateway, subnet, address = self.network()
        nat = self.nat(subnet, address)
        until(lambda: self.state(nat) == "available")
        group, other = (self.ec2.create_security_group(VpcId=vpc, GroupName=name, Description="d")["GroupId"]
                        for name in ("group", "other"))
        pair = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": [{"GroupId": group}]}]
        self.ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=pair)
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.refused("DependencyViolation", self.ec2.delete_internet_gateway, InternetGatewayId=gateway)
        message = self.refused("DependencyViolation", self.ec2.detach_internet_gateway,
                               VpcId=vpc, InternetGatewayId=gateway)
        self.assertIn("mapped public address", message)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        until(lambda: self.state(nat) == "deleted")
        foreign = self.control("foreign", {"subnet": subnet, "securityGroup": other, "region": "eu-west-1"})["id"]
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=other)
        found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[foreign])["NetworkInterfaces"]
        self.assertEqual(found[0]["Description"], "somebody else's")

    def test_a_network_goes_in_dependency_order(self):
        vpc, gateway, subnet, address = self.network()
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=table)
        self.ec2.detach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
        self.ec2.delete_internet_gateway(InternetGatewayId=gateway)
        self.ec2.release_address(AllocationId=address)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_route_table(RouteTableId=table)
        self.ec2.delete_vpc(VpcId=vpc)
        self.assertEqual(self.control("state")["vpc"], 0)

    def test_what_was_just_made_is_not_shown_for_so_many_describes(self):
        self.control("settings", {"consistencyReads": 2})
        vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.refused("InvalidVpcID.NotFound", self.ec2.describe_vpcs, VpcIds=[vpc])
        mine = [{"Name": "cidr", "Values": ["10.1.0.0/16"]}]
        self.assertEqual(self.ec2.describe_vpcs(Filters=mine)["Vpcs"], [])
        self.assertEqual(len(self.ec2.describe_vpcs(Filters=mine)["Vpcs"]), 1)

    def test_lists_come_in_pages_and_filters_by_tag_hold_for_every_kind(self):
        _, _, subnet, _ = self.network()
        for number in range(7):
            tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "n", "Value": str(number)}]}]
            self.nat(subnet, self.ec2.allocate_address()["AllocationId"], TagSpecifications=tags)
        third = self.ec2.describe_nat_gateways(Filter=[{"Name": "tag:n", "Values": ["3"]}])["NatGateways"]
        self.assertEqual([tag["Value"] for nat in third for tag in nat["Tags"]], ["3"])
        pages = list(self.ec2.get_paginator("describe_nat_gateways").paginate(PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["NatGateways"]) for page in pages], [5, 2])
        self.control("settings", {"pageSize": 3})
        pages = list(self.ec2.get_paginator("describe_nat_gateways").paginate())
        self.assertEqual([len(page["NatGateways"]) for page in pages], [3, 3, 1])
        self.refused("InvalidNextToken", self.ec2.describe_nat_gateways, NextToken="nonsense")
