"""What becomes of networks in AWS."""
from .aws import AWSTest
from .harness import until


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

    def test_what_became_of_a_nat_gateway_is_forgotten_in_time(self):
        _, _, subnet, address = self.network()
        self.control("faults", {"operation": "CreateNatGateway", "fails": {"code": "InternalError"}})
        nat = self.nat(subnet, address)
        until(lambda: self.state(nat) == "failed")
        self.control("settings", {"tombstoneSeconds": 0})
        self.refused("NatGatewayNotFound", self.state, nat=nat)

    def test_everything_is_shown_by_id_until_it_is_deleted(self):
        vpc, gateway, subnet, address = self.network()
        shown = self.control("objects")
        self.assertEqual(shown[subnet]["vpcId"], vpc)
        self.assertEqual(shown[gateway]["attachmentSet"][0]["vpcId"], vpc)
        self.assertEqual(shown, self.control("objects"))
        self.ec2.release_address(AllocationId=address)
        self.assertEqual(set(shown) - set(self.control("objects")), {address})

    def test_an_endpoint_routes_the_tables_that_it_serves(self):
        vpc, _, _, _ = self.network()
        one, two = (self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
        made = self.ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", VpcEndpointType="Gateway", RouteTableIds=[one])
        endpoint = made["VpcEndpoint"]["VpcEndpointId"]

        def served():
            tables = self.ec2.describe_route_tables(RouteTableIds=[one, two])["RouteTables"]
            return [any(route.get("GatewayId") == endpoint for route in table["Routes"]) for table in tables]

        self.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[two])
        self.assertEqual(served(), [True, True])
        self.refused("RouteAlreadyExists", self.ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, AddRouteTableIds=[two])
        self.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[one])
        self.assertEqual(served(), [False, True])
        self.assertEqual(self.control("state")["vpc-endpoint"], 1)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.assertEqual(served(), [False, False])

    def test_an_interface_endpoint_holds_its_subnets_and_has_the_private_name_alone(self):
        self.control("settings", {"operationReads": 1})
        vpc, _, subnet, _ = self.network()
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
        twin = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]
        group = self.ec2.create_security_group(VpcId=vpc, GroupName="group", Description="d")["GroupId"]
        service = "com.amazonaws.eu-west-1.ec2"
        wanted = {"VpcId": vpc, "ServiceName": service, "VpcEndpointType": "Interface",
                  "SecurityGroupIds": [group], "PrivateDnsEnabled": True}
        found = self.ec2.describe_vpc_endpoint_services(Filters=[
            {"Name": "service-name", "Values": [service, "com.amazonaws.eu-west-1.nonsense"]},
            {"Name": "service-type", "Values": ["Interface"]}])["ServiceDetails"]
        self.assertEqual([entry["ServiceName"] for entry in found], [service])
        self.refused("InvalidServiceName", self.ec2.create_vpc_endpoint,
                     **{**wanted, "ServiceName": "com.amazonaws.eu-west-1.nonsense"})
        self.refused("DuplicateSubnetsInSameZone", self.ec2.create_vpc_endpoint, **wanted,
                     SubnetIds=[subnet, subnet])
        made = self.ec2.create_vpc_endpoint(**wanted, SubnetIds=[subnet])["VpcEndpoint"]["VpcEndpointId"]
        self.refused("InvalidParameterValue", self.ec2.create_vpc_endpoint, **wanted, SubnetIds=[twin["SubnetId"]])

        def shown():
            return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]

        self.assertEqual([shown()["State"] for _ in range(2)], ["pending", "available"])
        self.assertEqual([entry["GroupId"] for entry in shown()["Groups"]], [group])
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)
        self.ec2.modify_vpc_endpoint(VpcEndpointId=made, RemoveSubnetIds=[subnet], AddSubnetIds=[twin["SubnetId"]])
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=twin["SubnetId"])
        self.assertEqual([shown()["State"] for _ in range(2)], ["deleting", "deleted"])
        self.ec2.delete_subnet(SubnetId=twin["SubnetId"])
        self.ec2.delete_security_group(GroupId=group)

    def test_a_range_that_is_added_fits_and_stays_while_a_subnet_is_in_it(self):
        vpc, *_ = self.network()
        add, remove = self.ec2.associate_vpc_cidr_block, self.ec2.disassociate_vpc_cidr_block
        for wrong in ("10.0.128.0/20", "172.16.0.0/16", "100.64.0.0/12"):
            self.refused("InvalidVpc.Range", add, VpcId=vpc, CidrBlock=wrong)
        made = add(VpcId=vpc, CidrBlock="100.64.0.0/16")["CidrBlockAssociation"]["AssociationId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="100.64.0.0/19")["Subnet"]["SubnetId"]
        self.refused("InvalidCidrBlock.InUse", remove, AssociationId=made)
        self.ec2.delete_subnet(SubnetId=subnet)
        remove(AssociationId=made)

    def test_rules_are_described_when_they_are_made_and_later(self):
        vpc, *_ = self.network()
        group = self.ec2.create_security_group(VpcId=vpc, GroupName="group", Description="d")["GroupId"]

        def described(text):
            return [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": text}]}]

        def shown():
            found = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
            return found[0]["IpRanges"][0]["Description"]

        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=described("one"))
        self.assertEqual(shown(), "one")
        self.ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=described("two"))
        self.assertEqual(shown(), "two")
        self.refused("InvalidParameterValue", self.ec2.create_security_group, VpcId=vpc, GroupName="sg-x", Description="d")

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

    def test_flow_logs_go_to_a_folder_of_a_bucket_once_and_fail_on_demand(self):
        vpc, *_ = self.network()
        wanted = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3"}
        made = self.ec2.create_flow_logs(**wanted, LogDestination="arn:aws:s3:::logs/production")
        self.refused("FlowLogAlreadyExists", self.ec2.create_flow_logs, **wanted,
                     LogDestination="arn:aws:s3:::logs/production")
        missing = self.ec2.create_flow_logs(**wanted, LogDestination="arn:aws:s3:::missing-logs")
        self.assertIn("does not exist", missing["Unsuccessful"][0]["Error"]["Message"])
        self.control("faults", {"operation": "CreateFlowLogs", "fails": {"code": "x", "message": "Access error"}})
        self.ec2.create_flow_logs(**wanted, LogDestination="arn:aws:s3:::logs")
        found = self.ec2.describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [vpc]}])["FlowLogs"]
        self.assertEqual([(log["LogDestination"][13:], log["DeliverLogsStatus"]) for log in found],
                         [("logs/production", "SUCCESS"), ("logs", "FAILED")])
        self.ec2.delete_flow_logs(FlowLogIds=made["FlowLogIds"])
        self.assertEqual(self.control("state")["flow-log"], 1)

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

    def test_routes_lead_to_what_is_there_and_turn_into_black_holes(self):
        vpc, gateway, subnet, address = self.network()
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        anywhere = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
        self.refused("InvalidNatGatewayID.NotFound", self.ec2.create_route, NatGatewayId="nat-0123456789abcdef0", **anywhere)
        other = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.refused("InvalidParameterValue", self.ec2.attach_internet_gateway, VpcId=vpc, InternetGatewayId=other)
        self.refused("InvalidParameterValue", self.ec2.create_route, GatewayId=other, **anywhere)
        nat = self.nat(subnet, address)
        self.ec2.create_route(NatGatewayId=nat, **anywhere)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        found = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual([route["State"] for route in found], ["active", "blackhole"])

    def test_a_subnet_is_of_one_route_table(self):
        vpc, _, subnet, _ = self.network()
        one, two = (self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
        self.ec2.associate_route_table(RouteTableId=one, SubnetId=subnet)
        self.refused("Resource.AlreadyAssociated", self.ec2.associate_route_table, RouteTableId=two, SubnetId=subnet)

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

    def test_writes_may_miss_what_was_just_made_too(self):
        self.control("settings", {"consistencyReads": 1, "consistencyOfWrites": True})
        vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.refused("InvalidVpcID.NotFound", self.ec2.create_subnet, VpcId=vpc, CidrBlock="10.1.0.0/24")
        self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")
