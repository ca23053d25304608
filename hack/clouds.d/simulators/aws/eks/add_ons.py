"""Add-ons: offered by name and version; coredns waits for nodes."""
import uuid

from .entry import in_use, not_found, unfit, wrong

SERIES = {"vpc-cni": "v1.21", "kube-proxy": None, "coredns": "v1.12", "eks-pod-identity-agent": "v1.3", "aws-ebs-csi-driver": "v1.50"}


def offered(name, cluster_version):
    """-> versions, the default last."""
    series = SERIES[name] or f"v{cluster_version}"
    return [f"{series}.{patch}-eksbuild.1" for patch in (0, 1)]


class AddOns:
    def describe_addon_versions(self, call):
        version, wanted = call.get("kubernetesVersion", "1.34"), call.get("addonName")
        shown = [{"addonName": name, "addonVersions": [
            {"addonVersion": found, "compatibilities": [
                {"clusterVersion": version, "defaultVersion": found == offered(name, version)[-1]}]}
            for found in reversed(offered(name, version))]} for name in SERIES if wanted in (None, name)]
        return self.page(call, "addons", shown)

    def check_version(self, call, cluster, name):
        versions = offered(name, cluster.shown["version"])
        if call.get("addonVersion", versions[-1]) not in versions:
            raise wrong(f"Addon version specified is not supported: {call['addonVersion']}")
        return call.get("addonVersion", versions[-1])

    def create_addon(self, call):
        cluster, name = self.cluster(call), call["addonName"]
        if cluster.shown["status"] not in ("ACTIVE", "UPDATING"):
            raise unfit(f"Cluster '{call['clusterName']}' is not in ACTIVE status")
        if name in cluster.add_ons:
            raise in_use(f"Addon already exists: {name}")
        if name not in SERIES:
            raise wrong(f"Addon {name} specified is not supported")
        version = self.check_version(call, cluster, name)
        identities = self.add_on_identities(call, cluster)
        add_on = self.entry({
            "addonName": name, "clusterName": call["clusterName"], "status": "CREATING", "addonVersion": version,
            "addonArn": call.arn("addon", call["clusterName"], name, str(uuid.uuid4())), "health": {"issues": []},
            "tags": call.get("tags", {}), "podIdentityAssociations": identities})
        if call.get("configurationValues"):
            add_on.shown["configurationValues"] = call["configurationValues"]
        cluster.add_ons[name] = add_on
        failure = call.failure

        def settle():
            add_on.shown["status"] = "CREATE_FAILED" if failure else "ACTIVE"
            if failure:
                add_on.shown["health"]["issues"] = [{"code": failure.get("code", "InternalFailure"), "resourceIds": [],
                                                     "message": failure.get("message", "")}]

        add_on.begin(self.settings.operation(), settle)
        return {"addon": add_on.shown}

    def add_on_identities(self, call, cluster):
        """Makes an association for each service account. -> their ARNs"""
        made = []
        for wanted in call.get("podIdentityAssociations", []):
            self.roles.check(call.account, wanted["roleArn"], "pods.eks.amazonaws.com", "role")
            made.append(self.associate(call, cluster, "kube-system", wanted["serviceAccount"], wanted["roleArn"])["associationArn"])
        return made

    def add_on(self, call, name="clusterName"):
        found = self.cluster(call, name).add_ons.get(call["addonName"])
        if not found:
            raise not_found(f"No addon: {call['addonName']} found in cluster: {call[name]}")
        return found

    def describe_addon(self, call):
        add_on = self.add_on(call)
        shown, name = add_on.look(), call["addonName"]
        self.add_on(call)
        cluster = self.cluster(call)
        if name == "coredns" and shown["status"] == "ACTIVE" and not any(group.nodes for group in cluster.groups.values()):
            return {"addon": shown | {"status": "DEGRADED", "health": {"issues": [
                {"code": "InsufficientNumberOfReplicas", "message": "The add-on is unhealthy because it doesn't have the desired "
                 "number of replicas.", "resourceIds": []}]}}}
        return {"addon": shown}

    def list_addons(self, call):
        return self.page(call, "addons", sorted(self.cluster(call).add_ons))

    def update_addon(self, call):
        add_on, cluster = self.add_on(call), self.cluster(call)
        if add_on.is_busy:
            raise in_use(f"Addon {call['addonName']} currently has an update in progress")
        new = {"addonVersion": self.check_version(call, cluster, call["addonName"])} if call.get("addonVersion") else {}
        if call.get("configurationValues") is not None:
            new["configurationValues"] = call["configurationValues"]
        update = add_on.update("AddonUpdate", {}, self.settings.operation(), call.failure, lambda: add_on.shown.update(new))
        return {"update": update}

    def delete_addon(self, call):
        add_on, cluster = self.add_on(call), self.cluster(call)
        if add_on.is_busy and add_on.shown["status"] != "DELETING":
            raise in_use(f"Addon {call['addonName']} currently has an update in progress")
        add_on.shown["status"] = "DELETING"

        def settle():
            for arn in add_on.shown["podIdentityAssociations"]:
                cluster.identities.pop(arn, None)
            cluster.add_ons.pop(call["addonName"], None)

        add_on.begin(self.settings.operation(), settle)
        return {"addon": add_on.shown}
