/// Trust and permission policies of a cluster's roles.
enum AWSClusterPolicies {
  /// The service accounts that get their roles by Pod Identity.
  static let autoscalerAccount = (namespace: "kube-system", name: "cluster-autoscaler")
  static let networkAddOn = (name: "vpc-cni", account: "aws-node")
  /// Without these three no node becomes ready.
  static let addOnsBeforeNodes = [networkAddOn.name, "kube-proxy", "eks-pod-identity-agent"]
  /// Node groups need these; nodes of Auto Mode bring what they do.
  static let neededAddOns = addOnsBeforeNodes + ["coredns"]
  /// The add-on whose version is that of Kubernetes.
  static let versionedAddOn = "kube-proxy"

  /// All that EKS has built in. Their nodes are on demand; others are made inside the cluster.
  static let autoModePools = ["general-purpose", "system"]
  /// The type of the access entry for nodes of Auto Mode.
  static let autoModeEntryType = "EC2"
  static let autoModeEntryPolicy = "AmazonEKSAutoNodePolicy"

  static func trust(_ service: AWSClusterRole.Service) -> String {
    let (principal, actions) =
      switch service {
      // Auto Mode tags its sessions.
      case .cluster: ("eks.amazonaws.com", #""sts:AssumeRole","sts:TagSession""#)
      case .node, .autoNode: ("ec2.amazonaws.com", #""sts:AssumeRole""#)
      case .network, .autoscaler: ("pods.eks.amazonaws.com", #""sts:AssumeRole","sts:TagSession""#)
      }
    return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":""# + principal
      + #""},"Action":["# + actions + "]}]}"
  }

  /// What the control plane needs for Auto Mode (EKS User Guide, "Auto Mode cluster IAM role").
  static let autoModePolicies = [
    "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
  ]

  /// ARNs of policies that AWS maintains.
  static func managed(_ service: AWSClusterRole.Service, isAuto: Bool, partition: String) -> [String] {
    let names =
      switch service {
      case .cluster: ["AmazonEKSClusterPolicy"] + (isAuto ? autoModePolicies : [])
      case .autoNode: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"]
      case .node: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"]
      case .network: ["AmazonEKS_CNI_Policy"]
      case .autoscaler: [String]()
      }
    return names.map { "arn:\(partition):iam::aws:policy/\($0)" }
  }

  static let inlineName = "autoscaling"

  /// Permissions to read everything that scaling depends on, and to write only this cluster's groups (Cluster
  /// Autoscaler, "AWS": IAM policy).
  static func inline(_ service: AWSClusterRole.Service, cluster: String) -> String? {
    guard service == .autoscaler else { return nil }
    let reads = [
      "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations", "autoscaling:DescribeScalingActivities", "autoscaling:DescribeTags",
      "ec2:DescribeImages", "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
    ]
    let writes = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    func list(_ actions: [String]) -> String { actions.map { "\"\($0)\"" }.joined(separator: ",") }
    let condition = #""Condition":{"StringEquals":{"aws:ResourceTag/eks:cluster-name":""# + cluster + #""}}"#
    return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["# + list(reads)
      + #"],"Resource":"*"},{"Effect":"Allow","Action":["# + list(writes) + #"],"Resource":"*","# + condition + "}]}"
  }

  /// ARN of an access policy of EKS.
  static func access(named name: String, partition: String) -> String {
    "arn:\(partition):eks::aws:cluster-access-policy/\(name)"
  }

  /// ARN of the access policy that EKS offers for a role.
  static func access(_ role: DesiredCluster.AccessGrant.Role, partition: String) -> String {
    let name =
      switch role {
      case .clusterAdmin: "AmazonEKSClusterAdminPolicy"
      case .admin: "AmazonEKSAdminPolicy"
      case .edit: "AmazonEKSEditPolicy"
      case .view: "AmazonEKSViewPolicy"
      }
    return access(named: name, partition: partition)
  }
}
