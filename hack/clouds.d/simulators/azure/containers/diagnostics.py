"""Diagnostic settings: where a resource sends its logs. Azure keeps them beside the resource, and after its deletion."""
import re

from ...messages import Refusal, Response, without_nulls
from ..kinds import key

# Of a managed cluster: https://learn.microsoft.com/azure/aks/monitor-aks-reference
CATEGORIES = ("cloud-controller-manager", "cluster-autoscaler", "csi-azuredisk-controller", "csi-azurefile-controller",
              "csi-snapshot-controller", "guard", "kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager",
              "kube-scheduler")
MOST = 5  # of a resource
WORKSPACE = re.compile(r"(/subscriptions/[^/]+/resourceGroups/[^/]+)/providers/Microsoft\.OperationalInsights/workspaces/[^/]+", re.I)


def enabled(setting):
    return {log.get("category") for log in setting["properties"]["logs"] if log["enabled"]}


class Diagnostics:
    def __init__(self, store):
        self.store, self.all = store, {}

    def of(self, scope):
        return [setting for identifier, setting in self.all.items() if identifier.startswith(f"{key(scope)}/")]

    def get(self, request, scope, name):
        if not name:
            return Response(200, {"value": self.of(scope)})
        found = self.all.get(self.identifier(scope, name).lower())
        if not found:
            raise Refusal(404, "ResourceNotFound", f"The Resource '{scope}/{name}' was not found.")
        return Response(200, found)

    @staticmethod
    def identifier(scope, name):
        return f"{scope}/providers/Microsoft.Insights/diagnosticSettings/{name}"

    def put(self, request, scope, name):
        if not self.store.find(scope):
            raise Refusal(404, "ResourceNotFound", f"The Resource '{scope}' was not found.")
        properties = without_nulls(request.json()).get("properties") or {}
        self.check_workspace(properties.get("workspaceId", ""))
        logs = {log.get("category"): log for log in properties.get("logs", [])}
        if not any(log["enabled"] for log in logs.values()):
            raise Refusal(400, "BadRequest", "At least one data sink and one category must be enabled.")
        for category in logs:
            if category not in CATEGORIES:
                raise Refusal(400, "BadRequest", f"Category '{category}' is not supported.")
        # Categories that the request leaves out are shown as switched off.
        shown = [{"enabled": False, "retentionPolicy": {"enabled": False, "days": 0}, **logs.get(category, {}), "category": category}
                 for category in CATEGORIES]
        identifier = self.identifier(scope, name)
        new = {"id": identifier, "type": "Microsoft.Insights/diagnosticSettings", "name": name, "location": None, "kind": None,
               "properties": {"metrics": [], **properties, "logs": shown}}
        self.check_others(scope, new)
        self.all[identifier.lower()] = new
        return Response(200, new)

    def check_workspace(self, workspace):
        found = WORKSPACE.fullmatch(workspace)
        if not found:
            raise Refusal(400, "BadRequest", f"'{workspace}' is not the id of a Log Analytics workspace.")
        if key(found[1]) not in self.store.groups:
            raise Refusal(404, "ResourceNotFound", f"The workspace '{workspace}' could not be found.")

    def check_others(self, scope, new):
        others = [other for other in self.of(scope) if key(other["id"]) != key(new["id"])]
        if len(others) >= MOST:
            raise Refusal(409, "Conflict", f"{scope} has {MOST} diagnostic settings, which is the most that a resource can have.")
        for other in others:
            same = enabled(other) & enabled(new)
            if same and key(other["properties"]["workspaceId"]) == key(new["properties"]["workspaceId"]):
                raise Refusal(409, "Conflict", f"Data sink '{new['properties']['workspaceId']}' is already used in diagnostic setting "
                              f"'{other['name']}' for category '{min(same)}'. Data sinks can't be reused in different settings on the "
                              "same category for the same resource.")

    def delete(self, request, scope, name):
        return Response(200 if self.all.pop(self.identifier(scope, name).lower(), None) else 204)
