"""The policies that AWS keeps, as far as clusters need them. moto can load all of them, which takes three seconds."""
from moto.iam.models import AWSManagedPolicy, iam_backends

NAMES = ("AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy",
         "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy",
         "AmazonEKSWorkerNodeMinimalPolicy", "service-role/AmazonEBSCSIDriverPolicy", "AmazonSSMManagedInstanceCore")
DATE = "2020-01-01T00:00:00+00:00"


def provide(account):
    """Puts them where moto looks for them."""
    known = iam_backends[account]["aws"].managed_policies
    for name in NAMES:
        path, _, short = name.rpartition("/")
        policy = AWSManagedPolicy.from_data(short, account, "us-east-1", {
            "Path": f"/{path}/" if path else "/", "DefaultVersionId": "v1", "Document": {}, "CreateDate": DATE, "UpdateDate": DATE})
        known.setdefault(policy.arn, policy)
