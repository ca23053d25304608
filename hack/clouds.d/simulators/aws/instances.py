"""Machines: what EC2 refuses before it starts one, the time it takes, and the images that Twingate publishes."""
import base64
import time
from datetime import datetime, timezone

from moto.ec2.models.amis import Ami
from moto.ec2.models.instances import InstanceState
from moto.iam.models import iam_backends

from ..messages import Refusal, Response
from .answers import XML
from .kinds import BY_NAME

PUBLISHER = "617935088040"
IMAGES = [("ami-00000000000000001", "twingate/images/hvm-ssd/twingate-amd64-20260901", datetime(2026, 9, 1, tzinfo=timezone.utc))]
USER_DATA_LIMIT = 16384
STATES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48}


def refused(message):
    return Refusal(400, "InvalidParameterValue", message)


class Instances:
    def __init__(self, settings):
        self.settings, self.waits, self.ended = settings, {}, {}
        self.fresh = {}  # name of an instance profile -> Wait

    # Images

    def provide_images(self, network):
        """moto's own images are not loaded."""
        for identifier, name, created in IMAGES:
            if identifier not in network.amis:
                self.publish(network, identifier, name, created)

    @staticmethod
    def publish(network, identifier, name, created):
        network.amis[identifier] = Ami(
            network, identifier, name=name, owner_id=PUBLISHER, public=True, virtualization_type="hvm", architecture="x86_64",
            root_device_name="/dev/sda1", root_device_type="ebs", creation_date=created, region_name=network.region_name + "a")

    # Starting

    def profile_made(self, name):
        """EC2 learns of it as late as describes of what was just made."""
        self.fresh[name] = self.settings.consistency()

    def before_run(self, network, parameters):
        """Raises Refusal."""
        if parameters["ImageId"] not in network.amis:
            raise Refusal(400, "InvalidAMIID.NotFound", f"The image id '[{parameters['ImageId']}]' does not exist")
        if len(base64.b64decode(parameters.get("UserData", ""))) > USER_DATA_LIMIT:
            raise refused("User data is limited to 16384 bytes")
        self.check_profile(network, parameters)
        self.fill_size(network.amis[parameters["ImageId"]], parameters)
        subnets = {name: subnet for zone in network.subnets.values() for name, subnet in zone.items()}
        for name, value in parameters.items():
            if name.endswith("SubnetId") and value not in subnets:
                raise BY_NAME["subnet"].not_found(value)
        vpcs = {subnets[value].vpc_id for name, value in parameters.items() if name.endswith("SubnetId")}
        groups = {group.id: group for groups in network.groups.values() for group in groups.values()}
        for name, value in parameters.items():
            if "SecurityGroupId" not in name:
                continue
            if value not in groups:
                raise BY_NAME["security-group"].not_found(value)
            if groups[value].vpc_id not in vpcs:
                raise Refusal(400, "InvalidParameter", f"Security group {value} and subnet belong to different networks.")

    @staticmethod
    def fill_size(image, parameters):
        """The root device has its image's size where the request has none; moto wants one of every device."""
        for name, value in list(parameters.items()):
            if name.endswith(".DeviceName") and value == image.root_device_name:
                parameters.setdefault(f"{name.removesuffix('DeviceName')}Ebs.VolumeSize", "8")

    def check_profile(self, network, parameters):
        name, arn = parameters.get("IamInstanceProfile.Name"), parameters.get("IamInstanceProfile.Arn")
        if not name and not arn:
            return
        known = iam_backends[network.account_id]["aws"].instance_profiles.values()
        profile = next((profile for profile in known if profile.name == name or profile.arn == arn), None)
        is_new = profile and profile.name in self.fresh and not self.fresh[profile.name].look()
        if not profile or is_new:
            what = "name. Invalid IAM Instance Profile name" if name else "arn. Invalid IAM Instance Profile ARN"
            raise refused(f"Value ({name or arn}) for parameter iamInstanceProfile.{what}")

    # Time

    def started(self, instances):
        for instance in instances:
            groups = [group for interface in instance.nics.values() for group in interface.group_set]
            instance.security_groups = groups  # moto shows only those of the request's outer level
            self.enter(instance, "pending", "running")

    def enter(self, instance, now, later):
        instance._state = InstanceState(now, STATES[now])
        self.waits[instance.id] = (instance, self.settings.operation(), later)

    def before_terminate(self, network, parameters):
        """-> the instances; moto is not asked, because its instances are gone at once. Raises Refusal."""
        wanted = [value for name, value in parameters.items() if name.startswith("InstanceId.")]
        known = {instance.id: instance for reservation in network.reservations.values() for instance in reservation.instances}
        for identifier in wanted:
            if identifier not in known:
                raise Refusal(400, "InvalidInstanceID.NotFound", f"The instance ID '{identifier}' does not exist")
        return [known[identifier] for identifier in wanted]

    def terminate(self, instances):
        items = ""
        for instance in instances:
            if instance.state not in ("shutting-down", "terminated"):
                self.enter(instance, "shutting-down", "terminated")
            items += (f"<item><instanceId>{instance.id}</instanceId><currentState><code>{STATES[instance.state]}</code>"
                      f"<name>{instance.state}</name></currentState></item>")
        body = f"<TerminateInstancesResponse><instancesSet>{items}</instancesSet></TerminateInstancesResponse>"
        return Response(200, body, dict(XML))

    def look(self):
        """Each describe of instances is a look at all of them."""
        self.pass_time()
        for identifier, (instance, wait, later) in list(self.waits.items()):
            if wait.look():
                self.settle(identifier, instance, later)

    def pass_time(self):
        for instance, moment in list(self.ended.items()):
            if time.monotonic() >= moment + self.settings.tombstoneSeconds:
                self.forget(instance)
        for identifier, (instance, wait, later) in list(self.waits.items()):
            if wait.over:
                self.settle(identifier, instance, later)

    def settle(self, identifier, instance, later):
        del self.waits[identifier]
        if later == "terminated":
            for interface in list(instance.nics.values()):
                instance.ec2_backend.enis.pop(interface.id, None)
            instance.terminate()
            self.ended[instance] = time.monotonic()
        instance._state = InstanceState(later, STATES[later])

    def forget(self, instance):
        del self.ended[instance]
        for identifier, reservation in list(instance.ec2_backend.reservations.items()):
            if instance in reservation.instances:
                del instance.ec2_backend.reservations[identifier]

    # The console

    def change(self, network, wanted):
        """{"terminate": ID}, {"stop": ID} or {"publish": [ID, NAME]}: as people in the console do, or Twingate."""
        if "publish" in wanted:
            self.publish(network, *wanted["publish"], datetime.now(timezone.utc))
            return {"id": wanted["publish"][0]}
        verb, identifier = next(iter(wanted.items()))
        instance = self.before_terminate(network, {"InstanceId.1": identifier})[0]
        if verb == "terminate":
            self.terminate([instance])
        else:
            self.waits.pop(identifier, None)
            instance.stop()
        return {"id": identifier}

    @staticmethod
    def living(networks):
        return [instance for network in networks for reservation in network.reservations.values()
                for instance in reservation.instances if instance.state != "terminated"]
