"""NAT gateways that take their time: pending, then available or failed; deleting, then deleted."""
import time

from ..messages import Refusal
from .kinds import BY_NAME

WITHOUT_GATEWAY = "Network %s has no Internet gateway attached"
ALREADY_ASSOCIATED = "Elastic IP address [%s] is already associated"


class NATGateways:
    def __init__(self, settings):
        self.settings, self.waits = settings, {}  # id -> (Wait, what to do when it is over)
        self.ended = {}  # gateway -> time.monotonic()

    def before_create(self, network, parameters):
        """-> the failure it will end in, or None. moto refuses at once an address that EC2 fails on later."""
        subnets = {name: subnet for zone in network.subnets.values() for name, subnet in zone.items()}
        subnet = subnets.get(parameters["SubnetId"])
        if not subnet:
            raise BY_NAME["subnet"].not_found(parameters["SubnetId"])
        if parameters.get("ConnectivityType") == "private":
            return None
        if "AllocationId" not in parameters:
            raise Refusal(400, "MissingParameter", "The request must contain the parameter AllocationId")
        address = {known.allocation_id: known for known in network.addresses}.get(parameters["AllocationId"])
        if not address:
            raise BY_NAME["elastic-ip"].not_found(parameters["AllocationId"])
        if address.association_id:
            del parameters["AllocationId"]
            return {"code": "Resource.AlreadyAssociated", "message": ALREADY_ASSOCIATED % address.allocation_id}
        gateways = network.internet_gateways.values()
        if not any(gateway.vpc and gateway.vpc.id == subnet.vpc_id for gateway in gateways):
            return {"code": "Gateway.NotAttached", "message": WITHOUT_GATEWAY % subnet.vpc_id}
        return None

    def created(self, gateway, failure):
        gateway.state = "pending"
        interface = gateway._eni
        interface.description = f"Interface for NAT Gateway {gateway.id}"
        interface.interface_type, interface.requester_managed, interface.status = "nat_gateway", True, "in-use"

        def settle():
            gateway.state = "failed" if failure else "available"
            if failure:
                self.ended[gateway] = time.monotonic()
                gateway.failure_code, gateway.failure_message = failure["code"], failure.get("message", "")
                self.release(gateway)

        self.waits[gateway.id] = (self.settings.operation(), settle)

    def before_delete(self, network, parameters):
        gateway = network.nat_gateways.get(parameters["NatGatewayId"])
        if gateway is None or gateway.state == "deleted":
            raise BY_NAME["nat-gateway"].not_found(parameters["NatGatewayId"])
        return gateway

    def deleted(self, gateway):
        gateway.state = "deleting"

        def settle():
            gateway.state = "deleted"
            self.ended.setdefault(gateway, time.monotonic())
            self.release(gateway)

        self.waits[gateway.id] = (self.settings.operation(), settle)

    def look(self):
        """Each describe of NAT gateways is a look at all of them."""
        self.pass_time()
        for identifier, (wait, settle) in list(self.waits.items()):
            if wait.look():
                del self.waits[identifier]
                settle()

    def pass_time(self):
        """What ends by time alone, whether or not it is looked at."""
        for gateway, moment in list(self.ended.items()):
            if time.monotonic() >= moment + self.settings.tombstoneSeconds:
                gateway.ec2_backend.nat_gateways.pop(gateway.id, None)
                del self.ended[gateway]
        for identifier, (wait, settle) in list(self.waits.items()):
            if wait.over:
                del self.waits[identifier]
                settle()

    @staticmethod
    def release(gateway):
        network, interface = gateway.ec2_backend, gateway._eni
        for address in network.addresses:
            if address.eni is interface:
                address.eni, address.association_id = None, None
        network.enis.pop(interface.id, None)
