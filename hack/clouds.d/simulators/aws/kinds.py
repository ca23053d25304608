"""Kinds of EC2 objects: how they are made, described, and missed."""
from dataclasses import dataclass

from ..messages import Refusal


@dataclass(frozen=True)
class Kind:
    name: str
    element: str  # of its id, in answers
    create: str
    describe: str
    missing: str
    sentence: str

    def not_found(self, identifier):
        return Refusal(400, self.missing, self.sentence % identifier)


KINDS = [
    Kind("vpc", "vpcId", "CreateVpc", "DescribeVpcs", "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist"),
    Kind("subnet", "subnetId", "CreateSubnet", "DescribeSubnets", "InvalidSubnetID.NotFound",
         "The subnet ID '%s' does not exist"),
    Kind("internet-gateway", "internetGatewayId", "CreateInternetGateway", "DescribeInternetGateways",
         "InvalidInternetGatewayID.NotFound", "The internetGateway ID '%s' does not exist"),
    Kind("nat-gateway", "natGatewayId", "CreateNatGateway", "DescribeNatGateways", "NatGatewayNotFound",
         "NatGateway %s was not found"),
    Kind("route-table", "routeTableId", "CreateRouteTable", "DescribeRouteTables", "InvalidRouteTableID.NotFound",
         "The routeTable ID '%s' does not exist"),
    Kind("security-group", "groupId", "CreateSecurityGroup", "DescribeSecurityGroups", "InvalidGroup.NotFound",
         "The security group '%s' does not exist"),
    Kind("elastic-ip", "allocationId", "AllocateAddress", "DescribeAddresses", "InvalidAllocationID.NotFound",
         "The allocation ID '%s' does not exist"),
    Kind("network-interface", "networkInterfaceId", "CreateNetworkInterface", "DescribeNetworkInterfaces",
         "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist"),
    Kind("flow-log", "flowLogId", "CreateFlowLogs", "DescribeFlowLogs", "InvalidFlowLogId.NotFound",
         "The flow log ID '%s' does not exist"),
    Kind("instance", "instanceId", "RunInstances", "DescribeInstances", "InvalidInstanceID.NotFound",
         "The instance ID '%s' does not exist"),
    Kind("launch-template", "launchTemplateId", "CreateLaunchTemplate", "DescribeLaunchTemplates",
         "InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID %s, does not exist."),
]
BY_NAME = {kind.name: kind for kind in KINDS}
BY_CREATE = {kind.create: kind for kind in KINDS}
BY_DESCRIBE = {kind.describe: kind for kind in KINDS}
