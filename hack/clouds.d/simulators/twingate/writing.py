"""Mutations. A rule that is broken answers ok: false, and an id that is none a top-level error."""
import secrets

from . import rules
from .clock import text
from .identity import connector_token
from .reading import RESOURCES
from .rules import Refused

WORDS = {"NetworkResource": "Resource", "RemoteNetwork": "Remote Network"}


class Writing:
    def __init__(self, store, switches, reading):
        self.store, self.switches, self.reading = store, switches, reading

    def root(self):
        names = [name for name in dir(self) if name[0] != "_" and name not in ("root", "store", "switches", "reading")]
        return {self._camel(name): self._answering(getattr(self, name)) for name in names}

    @staticmethod
    def _camel(name):
        first, *rest = name.split("_")
        return first + "".join(word.capitalize() for word in rest)

    def _answering(self, method):
        def resolve(info, **arguments):
            try:
                answer = method(**arguments)
            except Refused as refused:
                return {"ok": False, "error": str(refused), "entity": None}
            return {"ok": True, "error": None} | (answer or {})
        return resolve

    def _get(self, identifier, *kinds):
        item = self.store.find(identifier, *kinds)
        if item is None:
            word = WORDS.get(kinds[0], kinds[0])
            raise Refused(f"{word} with id '{identifier}' does not exist")
        return item

    def _entity(self, item):
        return {"entity": self.reading.show(item)}

    def _delete(self, identifier, *kinds):
        if self.store.find(identifier, *kinds) is None:
            if self.switches.absentOnDelete == "error":
                self._get(identifier, *kinds)
            return
        self.store.remove(identifier)

    # Remote networks

    def _unique(self, name):
        rules.name(name)
        if any(item["name"] == name for item in self.store.of("RemoteNetwork")):
            raise Refused("A Remote Network with this name already exists")

    def remote_network_create(self, name, isActive=True, location="OTHER", networkType="REGULAR"):
        self._unique(name)
        return self._entity(self.store.add(
            "RemoteNetwork", name=name, isActive=isActive, location=location, networkType=networkType))

    def remote_network_update(self, id, **fields):
        item = self._get(id, "RemoteNetwork")
        if fields.get("name") is not None:
            self._unique(fields["name"])  # also when it is its own
        return self._entity(self.store.change(item, {name: value for name, value in fields.items() if value is not None}))

    def remote_network_delete(self, id):
        inside = [item for item in self.store.of("Connector", *RESOURCES) if item["remoteNetwork"] == id]
        if inside and self.switches.deleteInUse == "refused":
            raise Refused("Cannot delete. This Remote Network is being used by Connectors or Resources.")
        for item in inside:
            self.store.remove(item["id"])
        self._delete(id, "RemoteNetwork")

    # Connectors

    def connector_create(self, remoteNetworkId, name=None, hasStatusNotificationsEnabled=True):
        network = self._get(remoteNetworkId, "RemoteNetwork")
        name = name or f"random-{secrets.token_hex(3)}"
        rules.name(name, 30)
        return self._entity(self.store.add(
            "Connector", name=name, remoteNetwork=network["id"], hasStatusNotificationsEnabled=hasStatusNotificationsEnabled,
            lastHeartbeatAt=None, hostname=None, version=None, publicIP=None, privateIPs=[], _tokens=None))

    def connector_update(self, id, **fields):
        item = self._get(id, "Connector")
        if fields.get("name") is not None:
            rules.name(fields["name"], 30)
        return self._entity(self.store.change(item, {name: value for name, value in fields.items() if value is not None}))

    def connector_delete(self, id):
        self._delete(id, "Connector")

    def connector_generate_tokens(self, connectorId):
        item = self._get(connectorId, "Connector")
        item["_tokens"] = {"accessToken": connector_token(item["id"], "access"),
                           "refreshToken": connector_token(item["id"], "refresh")}
        self.store.issued += item["_tokens"].values()
        return {"connectorTokens": dict(item["_tokens"])}

    # Resources

    def _resource_fields(self, fields):
        kept = {}
        for name, value in fields.items():
            if name == "name" and value is not None:
                rules.name(value)
                kept[name] = value
            elif name == "address" and value is not None:
                kept |= {"address": value, "addressType": rules.address(value)}
            elif name == "remoteNetworkId" and value is not None:
                kept["remoteNetwork"] = self._get(value, "RemoteNetwork")["id"]
            elif name == "alias":
                rules.alias(value)
                kept[name] = value or None
            elif name == "protocols" and value is not None:
                kept[name] = rules.protocols(value)
            elif name == "tags":
                kept[name] = rules.tags(value)
            elif name == "securityPolicyId":
                kept["securityPolicy"] = self._get(value, "SecurityPolicy")["id"] if value else None
            elif name == "accessPolicy":
                kept[name] = rules.access_policy(value)
            elif name == "approvalMode":
                kept[name] = value
            elif name in ("isActive", "isVisible", "isBrowserShortcutEnabled", "routingMode") and value is not None:
                kept[name] = value
        return kept

    def _groups(self, identifiers):
        return [self._get(identifier, "Group")["id"] for identifier in identifiers or []]

    def resource_create(self, groupIds=None, **fields):
        plain = {"alias": None, "tags": [], "securityPolicy": None, "accessPolicy": None, "approvalMode": None,
                 "isActive": True, "isVisible": True, "isBrowserShortcutEnabled": False, "routingMode": "THROUGH_TWINGATE",
                 "protocols": rules.protocols(None)}
        kept = plain | self._resource_fields(fields)
        access = {group: self._plain_edge() for group in self._groups(groupIds)}
        return self._entity(self.store.add("NetworkResource", access=access, **kept))

    def resource_update(self, id, groupIds=None, addedGroupIds=None, removedGroupIds=None, **fields):
        item, kept = self._get(id, *RESOURCES), self._resource_fields(fields)
        access = dict(item["access"])
        if groupIds is not None:
            wanted = self._groups(groupIds)
            access = {one: edge for one, edge in access.items()
                      if one in wanted or self.store.objects[one]["__typename"] != "Group"}
            access |= {group: self._plain_edge() for group in wanted if group not in access}
        access |= {group: self._plain_edge() for group in self._groups(addedGroupIds) if group not in access}
        for group in removedGroupIds or []:
            access.pop(group, None)
        return self._entity(self.store.change(item, kept | {"access": access}))

    def resource_delete(self, id):
        self._delete(id, *RESOURCES)

    @staticmethod
    def _plain_edge():
        return {"securityPolicy": None, "expiresAt": None, "approvalMode": None, "accessPolicy": None}

    def _edges(self, access):
        edges = {}
        for wanted in access:
            principal = self._get(wanted["principalId"], "Group", "ServiceAccount")
            edge = {
                "securityPolicy": self._get(wanted["securityPolicyId"], "SecurityPolicy")["id"]
                if wanted.get("securityPolicyId") else None,
                "expiresAt": rules.expiry(wanted.get("expiresAt"), self.store.clock.now),
                "approvalMode": wanted.get("approvalMode"), "accessPolicy": rules.access_policy(wanted.get("accessPolicy"))}
            if principal["__typename"] == "ServiceAccount" and any(edge.values()):
                raise Refused("Service Accounts take no security policy, expiry or access policy")
            edges[principal["id"]] = edge
        return edges

    def resource_access_add(self, resourceId, access):
        item = self._get(resourceId, *RESOURCES)
        return self._entity(self.store.change(item, {"access": item["access"] | self._edges(access)}))

    def resource_access_set(self, resourceId, access):
        return self._entity(self.store.change(self._get(resourceId, *RESOURCES), {"access": self._edges(access)}))

    def resource_access_remove(self, resourceId, principalIds):
        item = self._get(resourceId, *RESOURCES)
        for principal in principalIds:
            self.store.find(principal, "Group", "ServiceAccount")
            item["access"].pop(principal, None)
        return self._entity(self.store.change(item, {}))

    # Groups

    def _users(self, identifiers):
        return [self._get(identifier, "User")["id"] for identifier in identifiers or []]

    def group_create(self, name, userIds=None, resourceIds=None, securityPolicyId=None):
        rules.name(name)
        group = self.store.add("Group", name=name, type="MANUAL", isActive=True, originId=None, users=self._users(userIds),
                               securityPolicy=securityPolicyId)
        for identifier in resourceIds or []:
            self._get(identifier, *RESOURCES)["access"][group["id"]] = self._plain_edge()
        return self._entity(group)

    def group_update(self, id, name=None, isActive=None, userIds=None, addedUserIds=None, removedUserIds=None,
                     securityPolicyId=None, **others):
        group, users = self._get(id, "Group"), None
        if group["type"] != "MANUAL" and (userIds is not None or addedUserIds or removedUserIds or name):
            raise Refused(f"Cannot update a group of type {group['type']}")
        if userIds is not None and (userIds or self.switches.emptyUserIdsEmpties):
            users = self._users(userIds)
        users = list(group["users"] if users is None else users)
        users += [user for user in self._users(addedUserIds) if user not in users]
        users = [user for user in users if user not in (removedUserIds or [])]
        fields = {"users": users} | {key: value for key, value in (("name", name), ("isActive", isActive)) if value is not None}
        return self._entity(self.store.change(group, fields))

    def group_delete(self, id):
        group = self.store.find(id, "Group")
        if group and group["type"] != "MANUAL":
            raise Refused(f"Cannot delete a group of type {group['type']}")
        self._delete(id, "Group")

    # Service accounts

    def service_account_create(self, name, resourceIds=None):
        rules.name(name)
        if self.switches.uniqueServiceAccounts and any(item["name"] == name for item in self.store.of("ServiceAccount")):
            raise Refused("A Service Account with this name already exists")
        return self._entity(self.store.add("ServiceAccount", name=name))

    def service_account_update(self, id, name=None, **others):
        item = self._get(id, "ServiceAccount")
        if name is not None:
            rules.name(name)
        return self._entity(self.store.change(item, {"name": name} if name is not None else {}))

    def service_account_delete(self, id):
        self._delete(id, "ServiceAccount")

    def service_account_key_create(self, serviceAccountId, expirationTime, name=None):
        account = self._get(serviceAccountId, "ServiceAccount")
        if not 0 <= expirationTime <= 365:
            raise Refused("expirationTime must be between 0 and 365")
        now = self.store.clock.now
        key = self.store.add(
            "ServiceAccountKey", name=name or f"key-{secrets.token_hex(3)}", serviceAccount=account["id"], status="ACTIVE",
            expiresAt=text(now + expirationTime * 86400) if expirationTime else None, revokedAt=None)
        return self._entity(key) | {"token": "tw-service-" + secrets.token_urlsafe(48)}

    def service_account_key_revoke(self, id):
        key = self._get(id, "ServiceAccountKey")
        return self._entity(self.store.change(key, {"status": "REVOKED", "revokedAt": text(self.store.clock.now)}))

    def service_account_key_delete(self, id):
        key = self.store.find(id, "ServiceAccountKey")
        if key and key["status"] == "ACTIVE":
            raise Refused("Cannot delete. This key is being used; revoke it first.")
        self._delete(id, "ServiceAccountKey")
