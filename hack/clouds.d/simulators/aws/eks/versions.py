"""Which minors are offered, and what EKS finds before an upgrade."""
from .entry import wrong

OFFERED = {"1.31": "EXTENDED_SUPPORT", "1.32": "STANDARD_SUPPORT", "1.33": "STANDARD_SUPPORT", "1.34": "STANDARD_SUPPORT",
           "1.35": "STANDARD_SUPPORT"}
DEFAULT = "1.34"


def minor(version):
    return int(version.partition(".")[2])


def check_offered(version):
    if version not in OFFERED:
        raise wrong(f"unsupported Kubernetes version {version}")


class Versions:
    def describe_cluster_versions(self, call):
        wanted = call.get("clusterVersions", list(OFFERED))
        shown = [{"clusterVersion": version, "clusterType": "eks", "defaultVersion": version == DEFAULT, "versionStatus": status,
                  "status": status.lower().replace("_", "-"), "kubernetesPatchVersion": f"{version}.1"}
                 for version, status in reversed(OFFERED.items()) if version in wanted]
        return self.page(call, "clusterVersions", shown)

    def list_insights(self, call):
        """Those that the control door has put there: {"name", "kubernetesVersion", "insightStatus": {"status", "reason"}}."""
        insights, narrowed = self.cluster(call).insights, call.get("filter", {})
        for key, name in (("kubernetesVersions", "kubernetesVersion"), ("categories", "category")):
            insights = [found for found in insights if found[name] in narrowed.get(key, [found[name]])]
        statuses = narrowed.get("statuses")
        return self.page(call, "insights", [
            found for found in insights if not statuses or found["insightStatus"]["status"] in statuses])
