"""Who is let in by AWS, and what is refused for what it says."""
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from unittest.mock import patch

from botocore.exceptions import ConnectionClosedError

from .aws import AWSTest


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
        self.refused("InvalidParameterValue", self.ec2.describe_vpcs, Filters=[{"Name": "colour", "Values": ["red"]}])
        self.ec2.describe_subnets(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/24"]}])
        findings = [line["findings"][0]["where"] for line in self.control("requests") if line["findings"]]
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

    def test_a_role_may_demand_an_external_id(self):
        self.control("settings", {"externalID": "cluster/production"})
        self.addCleanup(self.control, "settings", {"externalID": ""})
        role = {"RoleArn": "arn:aws:iam::123456789012:role/a", "RoleSessionName": "session"}
        self.refused("AccessDenied", self.client("sts").assume_role, **role)
        self.refused("AccessDenied", self.client("sts").assume_role, ExternalId="cluster/staging", **role)
        self.client("sts").assume_role(ExternalId="cluster/production", **role)

    def test_the_least_rights_reach_what_bears_a_mark_and_nothing_else(self):
        mark = {"Key": "cloudlinker.dev/backbone", "Value": "n/b/u"}
        theirs = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.control("settings", {"leastRights": True})
        self.addCleanup(self.control, "settings", {"leastRights": False})
        self.refused("UnauthorizedOperation", self.ec2.delete_vpc, VpcId=theirs)
        self.refused("UnauthorizedOperation", self.ec2.create_tags, Resources=[theirs], Tags=[mark])
        self.refused("UnauthorizedOperation", self.ec2.create_vpc, CidrBlock="10.1.0.0/16")
        ours = self.ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": [mark]}])
        self.ec2.create_tags(Resources=[ours["Vpc"]["VpcId"]], Tags=[{"Key": "team", "Value": "network"}])
        self.refused("UnauthorizedOperation", self.ec2.create_subnet, VpcId=theirs, CidrBlock="10.0.0.0/24")
        self.ec2.create_subnet(VpcId=theirs, CidrBlock="10.0.0.0/24",
                               TagSpecifications=[{"ResourceType": "subnet", "Tags": [mark]}])
        self.ec2.delete_vpc(VpcId=ours["Vpc"]["VpcId"])

    def test_a_signature_of_another_time_is_refused_and_the_answer_tells_the_time(self):
        clock = patch("botocore.auth.get_current_datetime", lambda: datetime.now(timezone.utc) + timedelta(minutes=20))
        with clock:
            self.refused("AuthFailure", self.ec2.describe_vpcs)
            message = self.refused("SignatureDoesNotMatch", self.client("sts").get_caller_identity)
        self.assertIn("Signature not yet current", message)
        told = parsedate_to_datetime(self.http("GET", "/latest/")[1]["Date"])
        self.assertLess(abs(datetime.now(timezone.utc) - told), timedelta(seconds=5))

    def test_sessions_end_on_demand_and_keys_are_replaced(self):
        given = self.client("sts").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/a", RoleSessionName="session")["Credentials"]
        ec2 = self.client("ec2", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        self.control("faults", {"operation": "ec2:*", "ends-sessions": True})
        ec2.describe_vpcs()
        self.refused("RequestExpired", ec2.describe_vpcs)
        self.ec2.describe_vpcs()
        new = self.control("revoke", {})
        self.refused("AuthFailure", self.ec2.describe_vpcs)
        self.client("ec2", new["accessKeyId"], new["secretAccessKey"]).describe_vpcs()

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
