"""Machines that read a secret with a role: what becomes of them in AWS."""
import base64
import json

from .aws import AWSTest
from .harness import until

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
IMAGE = "ami-00000000000000001"


class Machines(AWSTest):
    def setUp(self):
        super().setUp()
        self.iam, self.secrets = self.client("iam"), self.client("secretsmanager")
        self.vpc, _, self.subnet, _ = self.network()
        self.group = self.ec2.create_security_group(GroupName="c", Description="c", VpcId=self.vpc)["GroupId"]

    def run_one(self, **more):
        interface = {"DeviceIndex": 0, "SubnetId": self.subnet, "Groups": [self.group], "AssociatePublicIpAddress": False}
        arguments = {"ImageId": IMAGE, "InstanceType": "t3a.micro", "MinCount": 1, "MaxCount": 1, "NetworkInterfaces": [interface],
                     "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}, "ClientToken": "t",
                     "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True, "VolumeType": "gp3"}}]}
        return self.ec2.run_instances(**arguments | more)["Instances"][0]["InstanceId"]

    def states(self):
        found = self.ec2.describe_instances()["Reservations"]
        return [instance["State"]["Name"] for reservation in found for instance in reservation["Instances"]]

    def test_machines_are_pending_then_running_and_hold_their_group_until_they_are_terminated(self):
        identifier = self.run_one()
        self.assertEqual(self.run_one(), identifier, "the same token starts no second machine")
        self.assertEqual(self.states(), ["pending"])
        until(lambda: self.states() == ["running"])
        shown = self.ec2.describe_instances()["Reservations"][0]["Instances"][0]
        self.assertEqual(shown["MetadataOptions"]["HttpTokens"], "required")
        self.assertEqual([group["GroupId"] for group in shown["SecurityGroups"]], [self.group])
        self.assertNotIn("PublicIpAddress", shown)
        self.ec2.terminate_instances(InstanceIds=[identifier])
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=self.group)
        until(lambda: self.states() == ["terminated"])
        self.ec2.delete_security_group(GroupId=self.group)
        self.assertEqual(self.run_one(), identifier, "a token that EC2 knows brings nothing back")
        self.control("settings", {"tombstoneSeconds": 0})
        until(lambda: self.states() == [])

    def test_what_a_machine_needs_must_be_there(self):
        self.refused("InvalidAMIID.NotFound", self.run_one, ImageId="ami-00000000000000009")
        self.refused("InvalidParameterValue", self.run_one, IamInstanceProfile={"Name": "none"})
        self.refused("InvalidParameterValue", self.run_one, UserData="x" * 20000)
        self.refused("InvalidInstanceID.NotFound", self.ec2.terminate_instances, InstanceIds=["i-00000000000000009"])

    def test_a_new_profile_is_unknown_to_ec2_for_a_while(self):
        self.control("settings", {"consistencyReads": 1})
        self.iam.create_role(RoleName="r", Path="/cloudlinker/u/", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.iam.create_instance_profile(InstanceProfileName="p", Path="/cloudlinker/u/")
        self.iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
        self.control("settings", {"consistencyReads": 0})
        self.refused("InvalidParameterValue", self.run_one, IamInstanceProfile={"Name": "p"})
        self.run_one(IamInstanceProfile={"Name": "p"})
        found = self.iam.list_instance_profiles(PathPrefix="/cloudlinker/u/")["InstanceProfiles"]
        self.assertEqual(found[0]["Roles"][0]["RoleName"], "r")
        self.refused("DeleteConflict", self.iam.delete_role, RoleName="r")

    def test_images_are_those_that_twingate_publishes(self):
        def newest():
            filters = [{"Name": "name", "Values": ["twingate/images/hvm-ssd/twingate-amd64-*"]}]
            found = self.ec2.describe_images(Owners=["617935088040"], Filters=filters)["Images"]
            return max(found, key=lambda image: image["CreationDate"])

        self.assertEqual((newest()["ImageId"], newest()["RootDeviceName"]), (IMAGE, "/dev/sda1"))
        self.control("machines", {"publish": ["ami-00000000000000002", "twingate/images/hvm-ssd/twingate-amd64-2"]})
        self.assertEqual(newest()["ImageId"], "ami-00000000000000002")

    def test_people_terminate_and_stop_machines_in_the_console(self):
        identifier = self.run_one()
        until(lambda: self.states() == ["running"])
        self.control("machines", {"stop": identifier})
        self.assertEqual(self.states(), ["stopped"])
        self.control("machines", {"terminate": identifier})
        until(lambda: self.states() == ["terminated"])

    def test_secrets_are_found_by_name_with_their_version_and_gone_when_deleted(self):
        token = "a" * 64
        self.secrets.create_secret(Name="cloudlinker/u/1", SecretString="x", ClientRequestToken=token)
        self.secrets.create_secret(Name="cloudlinker/u/1", SecretString="x", ClientRequestToken=token)
        self.refused("ResourceExistsException", self.secrets.create_secret, Name="cloudlinker/u/1", SecretString="y",
                     ClientRequestToken="b" * 64)
        found = self.secrets.list_secrets(Filters=[{"Key": "name", "Values": ["cloudlinker/u/"]}])["SecretList"]
        self.assertEqual(found[0]["SecretVersionsToStages"], {token: ["AWSCURRENT"]})
        self.secrets.put_secret_value(SecretId="cloudlinker/u/1", SecretString="z", ClientRequestToken="c" * 64)
        self.assertEqual(self.secrets.get_secret_value(SecretId="cloudlinker/u/1")["SecretString"], "z")
        self.control("settings", {"consistencyReads": 1})
        self.secrets.delete_secret(SecretId="cloudlinker/u/1", ForceDeleteWithoutRecovery=True)
        self.assertEqual(self.control("state")["secret"], 0)
        self.refused("InvalidRequestException", self.secrets.create_secret, Name="cloudlinker/u/1", SecretString="x")
        self.secrets.create_secret(Name="cloudlinker/u/1", SecretString="x")

    def test_what_the_description_of_secrets_manager_forbids_is_refused(self):
        self.refused("InvalidParameterException", self.secrets.create_secret, Name="", SecretString="x")
        status, _, body = self.http("POST", "/", b"{}", {"X-Amz-Target": "secretsmanager.CreateSecret"})
        self.assertEqual(status, 403, base64.b64encode(body))
