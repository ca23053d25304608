"""The AWS simulator and botocore, the client that AWS itself makes."""
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from simulators.aws.simulator import AWS

from .harness import SimulatorTest

SESSION = botocore.session.get_session()  # one, because it keeps what it has read
ONCE = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


class AWSTest(SimulatorTest):
    make = AWS

    def setUp(self):
        super().setUp()
        self.ec2 = self.client("ec2")

    def client(self, service, key="AKIASIMULATOR", secret="simulatorsecret", token=None):
        return SESSION.create_client(
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
