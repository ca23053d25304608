"""Managed clusters. A PUT replaces all of a cluster, so that what it leaves out is refused or reset as AKS does."""
import base64
import copy
import ipaddress
import uuid

from ...messages import Refusal, Response, without_nulls
from ..identity import TENANT
from ..kinds import key, name_of
from ..store import etag
from ..writing import canonical
from .access import NETWORK_CONTRIBUTOR
from .nodes import Nodes
from .profiles import check_pool, check_system, complete_pool
from .versions import check_upgrade, following, patch

TERMINAL = ("Succeeded", "Failed", "Canceled")
FIXED = ("dnsPrefix", "nodeResourceGroup", "diskEncryptionSetID")
FIXED_NETWORK = ("networkPlugin", "networkPluginMode", "podCidr", "serviceCidr", "dnsServiceIP", "outboundType", "networkDataplane")
FIXED_ACCESS = ("enablePrivateCluster", "privateDNSZone")


def wrong(code, message):
    return Refusal(400, code, message)


class Clusters:
    kind = "Microsoft.ContainerService/managedClusters"

    def __init__(self, store, operations, assignments):
        self.store, self.operations, self.assignments = store, operations, assignments
        self.nodes = Nodes(store)
        self.blocked = set()  # ids of those that are offered no upgrade

    def find(self, identifier):
        found = self.store.resources.get(key(identifier))
        if not found:
            raise Refusal(404, "ResourceNotFound", f"The Resource '{self.kind}/{name_of(identifier)}' was not found. For more details "
                          "please go to https://aka.ms/ARMResourceNotFoundFix")
        return found

    @staticmethod
    def pool_of(cluster, name):
        return next((pool for pool in cluster["properties"]["agentPoolProfiles"] if pool["name"] == (name or "").lower()), None)

    def get(self, request, group, name):
        if name:
            return Response(200, copy.deepcopy(self.find(f"{group}/providers/{self.kind}/{name}")))
        start = key(group) + "/"
        return Response(200, {"value": [cluster for identifier, cluster in self.store.resources.items()
                                        if identifier.startswith(start) and cluster["type"] == self.kind]})

    def refuse_if_busy(self, cluster):
        """AKS: one change of a cluster and of all that is in it at a time."""
        states = [cluster["properties"]["provisioningState"]]
        states += [pool["provisioningState"] for pool in cluster["properties"]["agentPoolProfiles"]]
        for state in states:
            if state not in TERMINAL:
                raise Refusal(409, "OperationNotAllowed", f"Operation is not allowed because there's an in progress {state.lower()} "
                              f"managed cluster operation on the managed cluster {cluster['name']}. Please see "
                              "https://aka.ms/aks-pending-operation for more details.")

    @staticmethod
    def match(request, found):
        wanted = request.headers.get("if-match")
        if wanted and wanted != "*" and wanted != found:
            raise Refusal(412, "PreconditionFailed", f"Etag mismatch: {wanted} is not {found}.")

    # PUT

    def put(self, request, group, name):
        identifier = f"{group}/providers/{self.kind}/{name}"
        old, sent = self.store.resources.get(key(identifier)), without_nulls(request.json())
        self.match(request, old["eTag"] if old else None)
        if old:
            return self.change(request, old, sent)
        return self.create(request, identifier, sent, canonical(sent["location"]))

    def create(self, request, identifier, sent, location):
        properties = copy.deepcopy(sent.get("properties") or {})
        profiles = properties.get("agentPoolProfiles") or []
        check_system(profiles, identifier)
        if not properties.get("dnsPrefix"):
            raise wrong("InvalidParameter", "Required parameter dnsPrefix is missing (null).")
        version = patch(properties.get("kubernetesVersion", "1.34"))
        self.check_identity(sent)
        for profile in profiles:
            check_pool(self.store, profile, location)
        self.check_network(properties, profiles, sent)
        self.check_access(properties)
        name = name_of(identifier)
        properties.setdefault("nodeResourceGroup", f"MC_{identifier.split('/')[4]}_{name}_{location}")
        self.nodes.make_group(properties["nodeResourceGroup"], identifier, location, sent.get("tags"))
        properties |= {"provisioningState": "Creating", "currentKubernetesVersion": version, "powerState": {"code": "Running"},
                       "maxAgentPools": 100, "resourceUID": uuid.uuid4().hex[:24], "enableRBAC": True}
        if properties.get("aadProfile"):
            properties["aadProfile"].setdefault("tenantID", TENANT)
        properties["agentPoolProfiles"] = [complete_pool(profile, version) for profile in profiles]
        cluster = {"id": identifier, "name": name, "type": self.kind, "location": location, "tags": sent.get("tags") or {},
                   "sku": {"name": "Base", "tier": "Free"} | sent.get("sku", {}), "identity": sent.get("identity"),
                   "eTag": etag(), "properties": properties}
        self.store.resources[key(identifier)] = cluster

        return self.begin(request, cluster, "Creating", lambda: self.finish(cluster), 201)

    def finish(self, cluster):
        """What the end of a creation brings."""
        properties, location = cluster["properties"], cluster["location"]
        address = f"{properties['dnsPrefix']}-{properties['resourceUID'][:8]}"
        properties["privateFQDN"] = f"{address}.{uuid.uuid4()}.privatelink.{location}.azmk8s.io"
        if (properties.get("apiServerAccessProfile") or {}).get("enablePrivateClusterPublicFQDN", True):
            properties["fqdn"] = f"{address}.hcp.{location}.azmk8s.io"
        properties["azurePortalFQDN"] = f"{address}.portal.hcp.{location}.azmk8s.io"
        for pool in properties["agentPoolProfiles"]:
            self.nodes.fill(cluster, pool)

    def begin(self, request, cluster, word, change, status=200, touched=None):
        """The cluster, and the pools in `touched`, are busy until the operation ends."""
        properties = cluster["properties"]
        pools = properties["agentPoolProfiles"] if word == "Creating" else touched or []
        failure = request.failure
        for holder in [properties, *pools]:
            holder["provisioningState"] = word

        def apply(outcome):
            for holder in [properties, *pools]:
                holder["provisioningState"] = outcome
                holder.pop("status", None)
                if outcome == "Failed":
                    holder["status"] = {"provisioningError": {"code": failure["code"], "message": failure.get("message", "")}}
            if outcome == "Succeeded":
                change()
            for pool in pools:
                pool["eTag"] = etag()
            cluster["eTag"] = etag()

        operation = self.operations.start(cluster["id"], apply, failure)
        cluster["eTag"] = etag()
        return Response(status, copy.deepcopy(cluster), self.operations.headers(operation, request))

    def change(self, request, cluster, sent):
        self.refuse_if_busy(cluster)
        old, new = cluster["properties"], copy.deepcopy(sent.get("properties") or {})
        for name in FIXED:
            self.keep(old, new, name, "properties")
        for part, names in (("networkProfile", FIXED_NETWORK), ("apiServerAccessProfile", FIXED_ACCESS)):
            for name in names:
                self.keep(old.get(part) or {}, new.get(part) or {}, name, f"properties.{part}")
        self.check_identity(sent)
        self.check_access(new)
        touched = self.inline_pools(old, new, cluster["name"])
        version = new.get("kubernetesVersion", old["kubernetesVersion"])
        check_upgrade(old["currentKubernetesVersion"], patch(version), cluster["name"])
        upgrades = patch(version).split(".")[:2] != old["currentKubernetesVersion"].split(".")[:2]
        computed = {name: old[name] for name in (
            "currentKubernetesVersion", "powerState", "maxAgentPools", "resourceUID", "privateFQDN", "fqdn",
            "azurePortalFQDN", "agentPoolProfiles", "enableRBAC") if name in old}

        def apply():
            old.clear()
            old.update(new | computed | {"provisioningState": "Succeeded"})
            if "privateFQDN" not in old:
                self.finish(cluster)
            if upgrades:
                old["currentKubernetesVersion"] = patch(version)
            if not (old.get("apiServerAccessProfile") or {}).get("enablePrivateClusterPublicFQDN", True):
                old.pop("fqdn", None)

        word = "Upgrading" if upgrades else "Scaling" if touched else "Updating"
        # A cluster that failed goes on with what failed of its pools.
        touched = touched or [pool for pool in old["agentPoolProfiles"] if pool["provisioningState"] == "Failed"]
        response = self.begin(request, cluster, word, apply, touched=touched)
        cluster |= {"tags": sent.get("tags") or {}, "identity": sent["identity"], "sku": cluster["sku"] | sent.get("sku", {})}
        return response

    @staticmethod
    def keep(old, new, name, where):
        if old.get(name) is not None and old.get(name) != new.get(name):
            raise wrong("PropertyChangeNotAllowed", f"Provisioning of resource(s) failed. Details: Changing property '{where}.{name}' "
                        f"is not allowed. It was {old.get(name)!r} and is {new.get(name)!r}.")

    @staticmethod
    def inline_pools(old, new, name):
        """A list that lacks a pool or has another is refused; one that was changed sets all of them to work."""
        was, sent = ({pool["name"]: pool for pool in part.get("agentPoolProfiles") or []} for part in (old, new))
        if set(was) != set(sent):
            raise wrong("BadRequest", f"The agent pools of {name} are {sorted(was)}, and the request names {sorted(sent)}: use the "
                        "agent pools API to add or delete any.")
        written = ("provisioningState", "eTag", "currentOrchestratorVersion", "status")

        def plain(pool):
            return {field: value for field, value in pool.items() if field not in written}

        return list(was.values()) if any(plain(was[pool]) != plain(sent[pool]) for pool in was) else []

    def check_identity(self, sent):
        identity = sent.get("identity") or {}
        if identity.get("type") == "SystemAssigned":
            return
        named = identity.get("userAssignedIdentities") or {}
        if identity.get("type") != "UserAssigned" or len(named) != 1:
            raise wrong("InvalidParameter", "The identity must be one SystemAssigned or one UserAssigned identity.")
        identifier = next(iter(named))
        if key(identifier) not in self.store.resources:
            raise wrong("FailedIdentityOperation", f"Identity operation failed: the resource '{identifier}' was not found.")

    def principal(self, sent):
        named = (sent.get("identity") or {}).get("userAssignedIdentities") or {}
        found = self.store.resources.get(key(next(iter(named), "")))
        return found["properties"]["principalId"] if found else None

    def check_network(self, properties, profiles, sent):
        network = properties.get("networkProfile") or {}
        subnets = [self.store.find(profile["vnetSubnetID"]) for profile in profiles if profile.get("vnetSubnetID")]
        for subnet in subnets:
            parent = subnet["id"].rpartition("/subnets/")[0]
            if not self.assignments.allows(parent, NETWORK_CONTRIBUTOR, self.principal(sent)):
                raise wrong("ResourceMissingPermissionError", "The cluster using user-assigned managed identity must be granted 'Network "
                            f"Contributor' role on the subnet {subnet['id']} to perform this operation.")
            if network.get("outboundType") == "userAssignedNATGateway" and not subnet["properties"].get("natGateway"):
                raise wrong("SubnetNotAssociatedWithNATGateway", f"Subnet {subnet['id']} has no NAT gateway, which outbound type "
                            "userAssignedNATGateway needs.")
        if network.get("outboundType") == "managedNATGateway" and subnets:
            raise wrong("InvalidOutboundType", "managedNATGateway is not allowed with a custom virtual network.")
        service = ipaddress.ip_network(network.get("serviceCidr", "10.0.0.0/16"))
        pods = ipaddress.ip_network(network.get("podCidr", "10.244.0.0/16"))
        if service.prefixlen < 12:
            raise wrong("ServiceCidrInvalid", f"The service CIDR {service} must be smaller than /12.")
        for subnet in subnets:
            own = ipaddress.ip_network(subnet["properties"]["addressPrefix"])
            for name, block in (("ServiceCidr", service), ("PodCidr", pods)):
                if own.overlaps(block):
                    raise wrong(f"{name}OverlapExistingSubnetsCidr", f"The specified {name} {block} conflicts with an existing subnet "
                                f"CIDR {own}.")
        if service.overlaps(pods):
            raise wrong("ServiceCidrOverlapPodCidr", f"The service CIDR {service} overlaps the pod CIDR {pods}.")
        address = ipaddress.ip_address(network.get("dnsServiceIP", str(service[10])))
        if address not in service or address == service[1]:
            raise wrong("DnsServiceIpOutOfServiceCidr", f"The DNS service IP {address} must be inside {service}, and not its first.")

    @staticmethod
    def check_access(properties):
        access = properties.get("apiServerAccessProfile") or {}
        if access.get("privateDNSZone") and not access.get("enablePrivateCluster"):
            raise wrong("InvalidParameter", "privateDNSZone is for private clusters only.")
        if access.get("enablePrivateCluster") and access.get("authorizedIPRanges"):
            raise wrong("InvalidParameter", "A private cluster takes no authorizedIPRanges.")
        if properties.get("disableLocalAccounts") and not (properties.get("aadProfile") or {}).get("managed"):
            raise wrong("InvalidParameter", "disableLocalAccounts needs managed Entra integration.")

    # The rest

    def patch(self, request, group, name):
        cluster = self.find(f"{group}/providers/{self.kind}/{name}")
        self.match(request, cluster["eTag"])
        self.refuse_if_busy(cluster)
        response = self.begin(request, cluster, "Updating", lambda: None)
        cluster["tags"] = request.json().get("tags") or {}
        return response

    def delete(self, request, group, name):
        cluster = self.store.resources.get(key(f"{group}/providers/{self.kind}/{name}"))
        if not cluster:
            return Response(204)
        self.match(request, cluster["eTag"])
        self.refuse_if_busy(cluster)
        properties = cluster["properties"]
        for holder in [properties, *properties["agentPoolProfiles"]]:
            holder["provisioningState"] = "Deleting"

        def apply(outcome):
            if outcome == "Succeeded":
                self.nodes.remove_group(cluster)
                self.assignments.remove_below(cluster["id"])
                self.store.remove(cluster["id"])
            else:
                for holder in [properties, *properties["agentPoolProfiles"]]:
                    holder["provisioningState"] = outcome

        operation = self.operations.start(cluster["id"], apply, request.failure, is_deletion=True)
        return Response(202, b"", self.operations.headers(operation, request))

    def upgrades(self, cluster):
        version = cluster["properties"]["currentKubernetesVersion"]
        upgrades = [] if cluster["id"] in self.blocked else [{"kubernetesVersion": f"{minor}.2"} for minor in following(version)]
        control = {"kubernetesVersion": version, "name": "master", "osType": "Linux", "upgrades": upgrades}
        return Response(200, {"id": f"{cluster['id']}/upgradeprofiles/default", "name": "default",
                              "type": f"{self.kind}/upgradeprofiles", "properties": {"controlPlaneProfile": control, "agentPoolProfiles": []}})

    def credentials(self, request, cluster):
        address = cluster["properties"].get("privateFQDN")
        if not address:
            raise wrong("BadRequest", f"The cluster {cluster['name']} has no credentials yet.")
        authority = base64.b64encode(f"certificate of {cluster['name']}".encode()).decode()
        text = f"""apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {authority}
    server: https://{address}:443
  name: {cluster['name']}
kind: Config
users:
- name: clusterUser
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
"""
        return Response(200, {"kubeconfigs": [{"name": "clusterUser", "value": base64.b64encode(text.encode()).decode()}]})
