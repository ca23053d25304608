"""What becomes of clusters in AWS, and what EKS refuses."""
import json

from .aws import AWSTest

POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


def trust(*services):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole"]} for service in services]})


class ClusterTest(AWSTest):
    def setUp(self):
        super().setUp()
        self.eks, self.iam, self.scaling = self.client("eks"), self.client("iam"), self.client("autoscaling")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
                        ["Subnet"]["SubnetId"] for number, zone in enumerate(("eu-west-1a", "eu-west-1b"))]
        self.group = self.ec2.create_security_group(VpcId=self.vpc, GroupName="workload", Description="d")["GroupId"]
        self.role = self.make_role("cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy")
        self.node_role = self.make_role("node", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy")

    def make_role(self, name, service, policy):
        made = self.iam.create_role(RoleName=name, Path="/cloudlinker/", AssumeRolePolicyDocument=trust(service))["Role"]
        self.iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return made["Arn"]

    def wanted(self, **more):
        network = {"subnetIds": self.subnets, "securityGroupIds": [self.group], "endpointPublicAccess": False,
                   "endpointPrivateAccess": True}
        return {"name": "main", "version": "1.34", "roleArn": self.role, "resourcesVpcConfig": network,
                "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
                "tags": {"mark": "ours"}} | more

    def cluster(self, **more):
        self.eks.create_cluster(**self.wanted(**more))
        return self.until("ACTIVE")

    def status(self):
        return self.eks.describe_cluster(name="main")["cluster"]["status"]

    def until(self, status, name=None):
        for _ in range(20):
            found = self.described(name)
            if found["status"] == status:
                return found
        self.fail(f"it did not become {status}: {found}")

    def described(self, name=None):
        if not name:
            return self.eks.describe_cluster(name="main")["cluster"]
        return self.eks.describe_nodegroup(clusterName="main", nodegroupName=name)["nodegroup"]

    def template(self, **more):
        data = {"InstanceType": "m6i.large", "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
                "TagSpecifications": [{"ResourceType": "network-interface", "Tags": [{"Key": "pool", "Value": "general"}]}],
                "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False, "Groups": [self.group]}]} | more
        return self.ec2.create_launch_template(LaunchTemplateName=f"template-{len(more)}", LaunchTemplateData=data)[
            "LaunchTemplate"]["LaunchTemplateId"]

    def pool(self, name="general", **more):
        wanted = {"clusterName": "main", "nodegroupName": name, "subnets": self.subnets, "nodeRole": self.node_role,
                  "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2}} | more
        return self.eks.create_nodegroup(**wanted)["nodegroup"]


class Clusters(ClusterTest):
    def test_a_cluster_is_creating_then_active_then_deleting_then_gone(self):
        self.control("settings", {"operationReads": 2})
        made = self.eks.create_cluster(**self.wanted())["cluster"]
        self.assertNotIn("endpoint", made)
        self.assertEqual([self.status() for _ in range(3)], ["CREATING", "CREATING", "ACTIVE"])
        found = self.described()
        self.assertFalse(found["resourcesVpcConfig"]["endpointPublicAccess"])
        self.assertIn("endpoint", found)
        self.assertEqual(self.eks.list_access_entries(clusterName="main")["accessEntries"], [])
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=self.subnets[0])
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=self.group)
        self.eks.delete_cluster(name="main")
        self.assertEqual([self.status() for _ in range(2)], ["DELETING", "DELETING"])
        self.refused("ResourceNotFoundException", self.eks.describe_cluster, name="main")
        self.ec2.delete_subnet(SubnetId=self.subnets[0])
        self.ec2.delete_security_group(GroupId=self.group)
        counts = self.control("state")
        self.assertEqual([counts[kind] for kind in ("cluster", "security-group", "network-interface")], [0, 0, 0])

    def test_what_cannot_be_a_cluster_is_refused(self):
        def refused(code="InvalidParameterException", **more):
            return self.refused(code, self.eks.create_cluster, **self.wanted(**more))

        def network(**more):
            return {"resourcesVpcConfig": self.wanted()["resourcesVpcConfig"] | more}

        self.assertIn("two different AZs", refused(**network(subnetIds=self.subnets[:1])))
        refused(**network(subnetIds=[self.subnets[0], "subnet-0123456789abcdef0"]))
        refused(**network(securityGroupIds=["sg-0123456789abcdef0"]))
        refused(**network(endpointPrivateAccess=False))
        refused(version="1.12")
        refused(roleArn=self.node_role)
        refused(roleArn="arn:aws:iam::123456789012:role/nobody")
        refused(kubernetesNetworkConfig={"serviceIpv4Cidr": "10.0.128.0/20"})
        refused(kubernetesNetworkConfig={"serviceIpv4Cidr": "100.64.0.0/16"})
        refused(upgradePolicy={"supportType": "MOON"})
        refused(tags={"aws:mine": "x"})
        refused(name="-main")
        self.cluster()
        refused("ResourceInUseException")

    def test_a_role_that_was_just_made_is_not_known_yet(self):
        self.control("settings", {"consistencyReads": 2})
        role = self.make_role("new", "eks.amazonaws.com", "AmazonEKSClusterPolicy")
        for _ in range(2):
            self.refused("InvalidParameterException", self.eks.create_cluster, **self.wanted(roleArn=role))
        self.eks.create_cluster(**self.wanted(roleArn=role))

    def test_a_token_brings_the_same_answer(self):
        made = [self.eks.create_cluster(**self.wanted(clientRequestToken="one"))["cluster"]["arn"] for _ in range(2)]
        self.assertEqual(made[0], made[1])
        self.refused("InvalidParameterException", self.eks.create_cluster, **self.wanted(clientRequestToken="one", version="1.33"))

    def test_one_mutation_at_a_time_and_one_kind_a_call(self):
        self.cluster()
        self.control("settings", {"operationReads": 2})
        logging = {"clusterLogging": [{"types": ["api"], "enabled": True}]}
        update = self.eks.update_cluster_config(name="main", logging=logging)["update"]
        self.assertEqual(self.status(), "ACTIVE")  # shown late
        self.refused("ResourceInUseException", self.eks.update_cluster_version, name="main", version="1.35")
        self.until("ACTIVE")
        done = self.eks.describe_update(name="main", updateId=update["id"])["update"]
        self.assertEqual((done["status"], done["type"]), ("Successful", "LoggingUpdate"))
        self.assertIn("already", self.refused("InvalidParameterException", self.eks.update_cluster_config, name="main", logging=logging))
        both = {"resourcesVpcConfig": {"endpointPublicAccess": True}, "logging": {"clusterLogging": []}}
        self.refused("InvalidParameterException", self.eks.update_cluster_config, name="main", **both)

    def test_minors_go_up_one_by_one_and_node_groups_follow(self):
        self.cluster(version="1.33")
        self.pool()
        self.until("ACTIVE", "general")
        self.refused("InvalidParameterException", self.eks.update_cluster_version, name="main", version="1.35")
        self.refused("InvalidParameterException", self.eks.update_cluster_version, name="main", version="1.32")
        blocking = {"name": "removed APIs", "category": "UPGRADE_READINESS", "kubernetesVersion": "1.34",
                    "insightStatus": {"status": "ERROR", "reason": "an API is used that 1.34 does not have"}}
        self.control("cluster", {"cluster": "main", "region": "eu-west-1", "insights": [blocking]})
        found = self.eks.list_insights(clusterName="main", filter={"statuses": ["ERROR"]})["insights"]
        self.assertEqual([insight["name"] for insight in found], ["removed APIs"])
        self.refused("InvalidRequestException", self.eks.update_cluster_version, name="main", version="1.34")
        self.control("cluster", {"cluster": "main", "region": "eu-west-1", "insights": []})
        self.eks.update_cluster_version(name="main", version="1.34")
        while self.described()["version"] != "1.34":
            pass
        message = self.refused("InvalidRequestException", self.eks.update_cluster_version, name="main", version="1.35")
        self.assertIn("general must be updated", message)
        self.eks.update_nodegroup_version(clusterName="main", nodegroupName="general", version="1.34")
        while self.described("general")["version"] != "1.34":
            pass
        self.eks.update_cluster_version(name="main", version="1.35")

    def test_creation_fails_on_demand_and_leaves_what_can_only_be_deleted(self):
        self.control("faults", {"operation": "CreateCluster", "fails": {"code": "InternalFailure", "message": "no capacity"}})
        self.eks.create_cluster(**self.wanted())
        found = self.until("FAILED")
        self.assertEqual(found["health"]["issues"][0]["message"], "no capacity")
        self.refused("InvalidRequestException", self.eks.update_cluster_version, name="main", version="1.35")
        self.eks.delete_cluster(name="main")


class AutoMode(ClusterTest):
    POLICIES = ("Compute", "BlockStorage", "LoadBalancing", "Networking")

    def setUp(self):
        super().setUp()
        self.auto_role = self.make_role("auto", "ec2.amazonaws.com", "AmazonEKSWorkerNodeMinimalPolicy")

    def equip(self):
        """Gives the cluster's role what Auto Mode needs."""
        policy = json.loads(trust("eks.amazonaws.com"))
        policy["Statement"][0]["Action"].append("sts:TagSession")
        self.iam.update_assume_role_policy(RoleName="cluster", PolicyDocument=json.dumps(policy))
        for name in self.POLICIES:
            self.iam.attach_role_policy(RoleName="cluster", PolicyArn=f"arn:aws:iam::aws:policy/AmazonEKS{name}Policy")

    def auto(self, enabled=True, **more):
        compute = {"enabled": enabled} | ({"nodePools": ["general-purpose", "system"], "nodeRoleArn": self.auto_role} if enabled else {})
        return {"computeConfig": compute, "storageConfig": {"blockStorage": {"enabled": enabled}},
                "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": enabled}}} | more

    def change(self, **wanted):
        self.eks.update_cluster_config(name="main", **wanted)
        self.status()  # shown late
        return self.until("ACTIVE")

    def nodes(self):
        group = self.described()["resourcesVpcConfig"]["clusterSecurityGroupId"]
        found = self.ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"]
        return len(found)

    def test_it_begins_and_ends_with_its_nodes_and_its_cluster(self):
        self.equip()
        self.cluster(bootstrapSelfManagedAddons=False, **self.auto())
        self.assertEqual(self.nodes(), 1)
        entry = self.eks.describe_access_entry(clusterName="main", principalArn=self.auto_role)["accessEntry"]
        self.assertEqual(entry["type"], "EC2")
        self.control("cluster", {"cluster": "main", "region": "eu-west-1", "autoNodes": 3})
        self.assertEqual(self.nodes(), 3)
        found = self.change(**self.auto(False))
        self.assertEqual((found["computeConfig"], self.nodes()), ({"enabled": False}, 0))
        self.change(**self.auto())
        self.assertEqual(self.nodes(), 1)
        self.eks.delete_cluster(name="main")
        self.status()
        self.refused("ResourceNotFoundException", self.eks.describe_cluster, name="main")
        self.assertEqual(self.control("state")["network-interface"], 0)

    def test_what_it_must_not_be_is_refused(self):
        def refused(**more):
            wanted = self.wanted(**self.auto(), bootstrapSelfManagedAddons=False) | more
            return self.refused("InvalidParameterException", self.eks.create_cluster, **wanted)

        self.assertIn("TagSession", refused())
        self.equip()
        self.assertIn("fully enabled or fully disabled", refused(storageConfig={"blockStorage": {"enabled": False}}))
        refused(bootstrapSelfManagedAddons=True)
        refused(accessConfig={"authenticationMode": "CONFIG_MAP"})
        refused(computeConfig={"enabled": True, "nodePools": ["mine"], "nodeRoleArn": self.auto_role})
        refused(computeConfig={"enabled": True, "nodePools": ["system"]})
        refused(computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": self.role})
        self.iam.detach_role_policy(RoleName="cluster", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSComputePolicy")
        self.assertIn("AmazonEKSComputePolicy", refused())

    def test_it_is_switched_whole_and_its_role_stays(self):
        self.equip()
        self.cluster(bootstrapSelfManagedAddons=False)

        def refused(**wanted):
            return self.refused("InvalidParameterException", self.eks.update_cluster_config, name="main", **wanted)

        refused(computeConfig=self.auto()["computeConfig"])
        refused(**self.auto(), logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})
        self.change(**self.auto())
        refused(**self.auto(computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": self.node_role}))
        refused(**self.auto())


class LoadBalancers(ClusterTest):
    def test_both_generations_are_listed_with_their_tags(self):
        current, classic = self.client("elbv2"), self.client("elb")
        wanted = {"subnet": self.subnets[0], "tags": {"elbv2.k8s.aws/cluster": "main"}}
        arn = self.control("balancer", wanted | {"scheme": "internet-facing"})["id"]
        name = self.control("balancer", wanted | {"scheme": "internal", "classic": True})["id"]
        found = current.describe_load_balancers()["LoadBalancers"]
        self.assertEqual([(one["LoadBalancerArn"], one["Scheme"], one["VpcId"]) for one in found], [(arn, "internet-facing", self.vpc)])
        found = classic.describe_load_balancers()["LoadBalancerDescriptions"]
        self.assertEqual([(one["LoadBalancerName"], one["Scheme"], one["VPCId"]) for one in found], [(name, "internal", self.vpc)])
        tags = [{"Key": "elbv2.k8s.aws/cluster", "Value": "main"}]
        self.assertEqual(current.describe_tags(ResourceArns=[arn])["TagDescriptions"], [{"ResourceArn": arn, "Tags": tags}])
        self.assertEqual(classic.describe_tags(LoadBalancerNames=[name])["TagDescriptions"], [{"LoadBalancerName": name, "Tags": tags}])
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=self.subnets[0])
        self.control("balancer", {"delete": arn})
        self.refused("LoadBalancerNotFound", current.describe_tags, ResourceArns=[arn])
        self.assertEqual(self.control("state")["load-balancer"], 1)


class NodeGroups(ClusterTest):
    def setUp(self):
        super().setUp()
        self.cluster()

    def test_a_node_group_has_a_group_that_scales_and_holds_the_cluster(self):
        template = self.template()
        made = self.pool(launchTemplate={"id": template, "version": "1"}, tags={"mark": "ours"})
        self.assertEqual(made["status"], "CREATING")
        self.refused("ResourceInUseException", self.eks.delete_cluster, name="main")
        found = self.until("ACTIVE", "general")
        name = found["resources"]["autoScalingGroups"][0]["name"]
        group = self.scaling.describe_auto_scaling_groups(
            Filters=[{"Name": "tag:eks:cluster-name", "Values": ["main"]}])["AutoScalingGroups"][0]
        self.assertEqual((group["AutoScalingGroupName"], group["MinSize"], group["DesiredCapacity"], len(group["Instances"])),
                         (name, 1, 2, 2))
        tag = {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": "k", "Value": "v", "PropagateAtLaunch": False}
        self.scaling.create_or_update_tags(Tags=[tag])
        self.control("cluster", {"cluster": "main", "region": "eu-west-1", "nodeGroup": "general",
                                 "set": {"scalingConfig": {"desiredSize": 4}}})
        group = self.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
        self.assertEqual((group["DesiredCapacity"], len(group["Instances"])), (4, 4))
        self.assertIn(("k", "v"), [(tag["Key"], tag["Value"]) for tag in group["Tags"]])
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=self.group)
        self.control("cluster", {"cluster": "main", "region": "eu-west-1", "nodeGroup": "general", "publicAddress": "203.0.113.9"})
        nodes = self.ec2.describe_network_interfaces(Filters=[{"Name": "tag:pool", "Values": ["general"]}])["NetworkInterfaces"]
        self.assertEqual([len(nodes), {group["GroupId"] for node in nodes for group in node["Groups"]}], [4, {self.group}])
        self.assertEqual([node["Association"]["PublicIp"] for node in nodes if "Association" in node], ["203.0.113.9"])
        self.eks.delete_nodegroup(clusterName="main", nodegroupName="general")
        self.assertEqual(self.described("general")["status"], "DELETING")
        self.refused("ResourceNotFoundException", self.described, name="general")
        self.eks.delete_cluster(name="main")

    def test_tags_of_a_launch_template_change(self):
        template = self.template()
        self.ec2.create_tags(Resources=[template], Tags=[{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}])
        self.ec2.delete_tags(Resources=[template], Tags=[{"Key": "a"}])
        found = self.ec2.describe_launch_templates(LaunchTemplateIds=[template])["LaunchTemplates"][0]
        self.assertEqual(found["Tags"], [{"Key": "c", "Value": "d"}])
        self.assertEqual(self.control("objects")[template]["tagSet"], [{"key": "c", "value": "d"}])

    def test_what_a_launch_template_and_a_group_must_not_have_is_refused(self):
        def refused(**more):
            return self.refused("InvalidParameterException", self.pool, **more)

        template = {"id": self.template(), "version": "1"}
        refused(launchTemplate=template, diskSize=20)
        refused(launchTemplate=template, instanceTypes=["m6i.large"])
        refused(launchTemplate={"id": template["id"], "version": "7"})
        refused(launchTemplate={"id": "lt-0123456789abcdef0"})
        refused(launchTemplate={"id": self.template(IamInstanceProfile={"Name": "x"})})
        refused(scalingConfig={"minSize": 3, "maxSize": 2, "desiredSize": 2})
        refused(scalingConfig={"minSize": 1, "maxSize": 2, "desiredSize": 3})
        refused(version="1.35")
        refused(nodeRole=self.role)
        refused(labels={"kubernetes.io/role": "x"})

    def test_configuration_changes_in_place_one_change_at_a_time(self):
        self.pool(labels={"a": "1", "b": "2"})
        self.until("ACTIVE", "general")
        change = {"labels": {"addOrUpdateLabels": {"c": "3"}, "removeLabels": ["a"]}, "scalingConfig": {"maxSize": 9},
                  "taints": {"addOrUpdateTaints": [{"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}]}}
        arguments = {"clusterName": "main", "nodegroupName": "general"}
        self.eks.update_nodegroup_config(**arguments, **change)
        self.refused("ResourceInUseException", self.eks.update_nodegroup_config, **arguments, **change)
        while (found := self.described("general"))["scalingConfig"]["maxSize"] != 9:
            pass
        self.assertEqual((found["labels"], found["scalingConfig"]["desiredSize"]), ({"b": "2", "c": "3"}, 2))
        self.control("faults", {"operation": "UpdateNodegroupVersion", "times": 2,
                                "fails": {"code": "PodEvictionFailure", "message": "a PodDisruptionBudget"}})
        update = self.eks.update_nodegroup_version(**arguments, version="1.34")["update"]
        self.described("general"), self.described("general")
        failed = self.eks.describe_update(name="main", nodegroupName="general", updateId=update["id"])["update"]
        self.assertEqual((failed["status"], failed["errors"][0]["errorCode"]), ("Failed", "PodEvictionFailure"))


class Inside(ClusterTest):
    def setUp(self):
        super().setUp()
        self.cluster()

    def test_entries_have_principals_that_are_there_and_policies_that_exist(self):
        entry = {"clusterName": "main", "principalArn": self.make_role("people", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy")}
        self.refused("InvalidParameterException", self.eks.create_access_entry, clusterName="main",
                     principalArn="arn:aws:iam::123456789012:role/nobody")
        self.eks.create_access_entry(**entry, tags={"mark": "ours"})
        self.refused("ResourceInUseException", self.eks.create_access_entry, **entry)
        self.refused("InvalidParameterException", self.eks.associate_access_policy, **entry, policyArn=POLICY + "s",
                     accessScope={"type": "cluster"})
        self.eks.associate_access_policy(**entry, policyArn=POLICY, accessScope={"type": "namespace", "namespaces": ["a"]})
        found = self.eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
        self.assertEqual(found[0]["accessScope"], {"type": "namespace", "namespaces": ["a"]})
        self.eks.delete_access_entry(**entry)
        self.refused("ResourceNotFoundException", self.eks.describe_access_entry, **entry)

    def test_add_ons_bring_their_identities_and_coredns_waits_for_nodes(self):
        role = self.make_role("cni", "pods.eks.amazonaws.com", "AmazonEKS_CNI_Policy")
        for name, more in (("vpc-cni", {"podIdentityAssociations": [{"serviceAccount": "aws-node", "roleArn": role}]}), ("coredns", {})):
            self.eks.create_addon(clusterName="main", addonName=name, **more)
        self.refused("ResourceInUseException", self.eks.create_addon, clusterName="main", addonName="coredns")
        self.refused("InvalidParameterException", self.eks.create_addon, clusterName="main", addonName="nonsense")
        self.refused("ResourceInUseException", self.eks.create_pod_identity_association, clusterName="main",
                     namespace="kube-system", serviceAccount="aws-node", roleArn=role)

        def status(name):
            return self.eks.describe_addon(clusterName="main", addonName=name)["addon"]["status"]

        self.assertEqual([status("vpc-cni") for _ in range(2)], ["CREATING", "ACTIVE"])
        self.assertEqual([status("coredns") for _ in range(2)], ["CREATING", "DEGRADED"])
        self.pool()
        self.until("ACTIVE", "general")
        self.assertEqual(status("coredns"), "ACTIVE")
        self.eks.delete_addon(clusterName="main", addonName="vpc-cni")
        self.assertEqual(status("vpc-cni"), "DELETING")
        self.refused("ResourceNotFoundException", self.eks.describe_addon, clusterName="main", addonName="vpc-cni")
        self.assertEqual(self.eks.list_pod_identity_associations(clusterName="main")["associations"], [])

    def test_tags_are_set_by_arn_and_a_wrong_key_is_refused_in_json(self):
        arn = self.described()["arn"]
        self.eks.tag_resource(resourceArn=arn, tags={"team": "platform"})
        self.eks.untag_resource(resourceArn=arn, tagKeys=["mark"])
        self.assertEqual(self.eks.list_tags_for_resource(resourceArn=arn)["tags"], {"team": "platform"})
        self.refused("InvalidSignatureException", self.client("eks", secret="wrong").list_clusters)
        self.refused("ThrottlingException", self.throttled().list_clusters)
        self.refused("DeleteConflict", self.iam.delete_role, RoleName="node")

    def throttled(self):
        self.control("faults", {"operation": "eks:*", "status": 503})
        return self.eks
