"""The node resource group of a cluster: it holds a network interface for each node, and goes with the cluster."""
from ..kinds import key
from ..store import etag


class Nodes:
    def __init__(self, store):
        self.store = store

    def make_group(self, name, cluster, location, tags):
        identifier = f"/subscriptions/{cluster.split('/')[2]}/resourceGroups/{name}"
        self.store.groups[key(identifier)] = {
            "id": identifier, "name": name, "type": "Microsoft.Resources/resourceGroups", "location": location, "managedBy": cluster,
            "tags": dict(tags or {}), "properties": {"provisioningState": "Succeeded"}}

    @staticmethod
    def group(cluster):
        return f"/subscriptions/{cluster['id'].split('/')[2]}/resourceGroups/{cluster['properties']['nodeResourceGroup']}"

    def remove_group(self, cluster):
        group = key(self.group(cluster))
        for identifier in [name for name in self.store.resources if name.startswith(f"{group}/")]:
            del self.store.resources[identifier]
        self.store.groups.pop(group, None)

    def interfaces(self, cluster, pool):
        start = key(f"{self.group(cluster)}/providers/Microsoft.Network/networkInterfaces/aks-{pool['name']}-")
        return [name for name in self.store.resources if name.startswith(start)]

    def empty(self, cluster, pool):
        for name in self.interfaces(cluster, pool):
            del self.store.resources[name]

    def fill(self, cluster, pool):
        """As many interfaces as there are nodes."""
        self.empty(cluster, pool)
        for number in range(pool["count"]):
            self.put(cluster, "Microsoft.Network/networkInterfaces", f"aks-{pool['name']}-{number}", {"ipConfigurations": [{
                "name": "primary", "properties": {"subnet": {"id": pool["vnetSubnetID"]}}}]} if pool.get("vnetSubnetID") else
                {"ipConfigurations": []})

    def put(self, cluster, kind, name, properties, **more):
        identifier = f"{self.group(cluster)}/providers/{kind}/{name}"
        for configuration in properties.get("ipConfigurations", []):
            configuration["id"] = f"{identifier}/ipConfigurations/{configuration['name']}"
        self.store.resources[key(identifier)] = {
            "id": identifier, "name": name, "type": kind, "location": cluster["location"], "etag": etag(),
            "properties": {"provisioningState": "Succeeded"} | properties} | more
        return identifier
