"""Who may do what in a cluster: access entries with their policies, and the roles of service accounts."""
import time
import uuid

from .auto_mode import NODE_POLICY
from .entry import in_use, not_found, unfit, wrong

POLICY = "arn:aws:eks::aws:cluster-access-policy/"
POLICIES = [POLICY + name for name in (
    "AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy", "AmazonEKSAdminViewPolicy")]


class Access:
    def by_api(self, call):
        cluster = self.cluster(call)
        if cluster.shown["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
            raise unfit("The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP]")
        if cluster.shown["status"] not in ("ACTIVE", "UPDATING"):
            raise unfit(f"Cluster '{call['clusterName']}' is not in ACTIVE status")
        return cluster

    def make_entry(self, cluster, call, principal, kind="STANDARD", tags=None, name=""):
        now = time.time()
        shown = {"clusterName": cluster.shown["name"], "principalArn": principal, "kubernetesGroups": [], "type": kind,
                 "accessEntryArn": call.arn("access-entry", cluster.shown["name"], "role", call.account, str(uuid.uuid4())),
                 "createdAt": now, "modifiedAt": now, "tags": tags or {}, "username": name or principal, "policies": {}}
        cluster.entries[principal] = shown
        return shown

    def bootstrap_entry(self, cluster, call):
        entry = self.make_entry(cluster, call, f"arn:aws:iam::{call.account}:root")
        entry["policies"][POLICIES[0]] = {"policyArn": POLICIES[0], "accessScope": {"type": "cluster", "namespaces": []}}

    def node_entry(self, cluster, call):
        """EKS makes one for the role of a managed node group by itself."""
        if call["nodeRole"] not in cluster.entries:
            self.make_entry(cluster, call, call["nodeRole"], "EC2_LINUX", name="system:node:{{EC2PrivateDNSName}}")

    def create_access_entry(self, call):
        cluster, principal = self.by_api(call), call["principalArn"]
        if principal in cluster.entries:
            raise in_use(f"The specified access entry resource is already in use on this cluster: {principal}")
        if ":assumed-role/" in principal or ":sts:" in principal:
            raise wrong("The principalArn must be of a role or a user, not of a session")
        self.roles.check_principal(call.account, principal)
        return {"accessEntry": self.shown(self.make_entry(cluster, call, principal, call.get("type", "STANDARD"), call.get("tags")))}

    @staticmethod
    def shown(entry):
        return {name: value for name, value in entry.items() if name != "policies"}

    def access_entry(self, call):
        found = self.by_api(call).entries.get(call["principalArn"])
        if not found:
            raise not_found(f"The specified principalArn could not be found: {call['principalArn']}")
        return found

    def describe_access_entry(self, call):
        return {"accessEntry": self.shown(self.access_entry(call))}

    def list_access_entries(self, call):
        return self.page(call, "accessEntries", sorted(self.by_api(call).entries))

    def delete_access_entry(self, call):
        self.access_entry(call)
        del self.cluster(call).entries[call["principalArn"]]
        return {}

    def associate_access_policy(self, call):
        entry, policy, scope = self.access_entry(call), call["policyArn"], call["accessScope"]
        if policy not in POLICIES + [NODE_POLICY]:
            raise wrong(f"The policyArn {policy} is not a valid access policy")
        if entry["type"] != ("EC2" if policy == NODE_POLICY else "STANDARD"):
            raise unfit(f"Access policies cannot be associated with an entry of type {entry['type']}")
        if (scope.get("type") == "namespace") != bool(scope.get("namespaces")):
            raise wrong("Namespaces are required for scope namespace and not allowed for scope cluster")
        now = time.time()
        made = {"policyArn": policy, "accessScope": {"type": scope["type"], "namespaces": scope.get("namespaces", [])},
                "associatedAt": now, "modifiedAt": now}
        entry["policies"][policy] = made
        return {"clusterName": call["clusterName"], "principalArn": call["principalArn"], "associatedAccessPolicy": made}

    def disassociate_access_policy(self, call):
        if not self.access_entry(call)["policies"].pop(call["policyArn"], None):
            raise not_found("The specified policyArn is not associated")
        return {}

    def list_associated_access_policies(self, call):
        policies = list(self.access_entry(call)["policies"].values())
        return {"clusterName": call["clusterName"], "principalArn": call["principalArn"],
                **self.page(call, "associatedAccessPolicies", policies)}

    # Pod Identity

    def associate(self, call, cluster, namespace, account, role, tags=None):
        for found in cluster.identities.values():
            if (found["namespace"], found["serviceAccount"]) == (namespace, account):
                raise in_use(f"Association already exists: {found['associationId']}")
        identifier = "a-" + uuid.uuid4().hex[:17]
        shown = {"clusterName": cluster.shown["name"], "namespace": namespace, "serviceAccount": account, "roleArn": role,
                 "associationArn": call.arn("podidentityassociation", cluster.shown["name"], identifier),
                 "associationId": identifier, "tags": tags or {}, "createdAt": time.time()}
        cluster.identities[shown["associationArn"]] = shown
        return shown

    def create_pod_identity_association(self, call):
        cluster = self.cluster(call)
        if cluster.shown["status"] not in ("ACTIVE", "UPDATING"):
            raise unfit(f"Cluster '{call['clusterName']}' is not in ACTIVE status")
        self.roles.check(call.account, call["roleArn"], "pods.eks.amazonaws.com", "role")
        made = self.associate(call, cluster, call["namespace"], call["serviceAccount"], call["roleArn"], call.get("tags"))
        return {"association": made}

    def pod_identity(self, call):
        for found in self.cluster(call).identities.values():
            if found["associationId"] == call["associationId"]:
                return found
        raise not_found(f"Association not found: {call['associationId']}")

    def describe_pod_identity_association(self, call):
        return {"association": self.pod_identity(call)}

    def list_pod_identity_associations(self, call):
        names = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn")
        return self.page(call, "associations", [
            {name: found[name] for name in names if name in found} for found in self.cluster(call).identities.values()
            if call.get("namespace", found["namespace"]) == found["namespace"]
            and call.get("serviceAccount", found["serviceAccount"]) == found["serviceAccount"]])

    def update_pod_identity_association(self, call):
        found = self.pod_identity(call)
        if call.get("roleArn"):
            self.roles.check(call.account, call["roleArn"], "pods.eks.amazonaws.com", "role")
            found["roleArn"] = call["roleArn"]
        return {"association": found}

    def delete_pod_identity_association(self, call):
        found = self.pod_identity(call)
        del self.cluster(call).identities[found["associationArn"]]
        return {"association": found}
