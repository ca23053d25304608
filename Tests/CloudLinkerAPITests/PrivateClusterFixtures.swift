internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let privateCluster: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "PrivateCluster",
    "metadata": ["name": "main", "namespace": "default"],
    "spec": [
      "backboneRef": ["name": "aws"], "version": "1.34",
      "nodePools": [
        [
          "name": "general", "machineType": "m6i.large", "minSize": 2, "maxSize": 10, "diskGiB": 80,
          "labels": ["tier": "web"], "taints": [["key": "gpu", "value": "yes", "effect": "NoSchedule"]],
          "upgrade": ["maxUnavailable": 1, "force": false],
        ]
      ],
      "access": [
        [
          "role": "cluster-admin", "principal": ["roleARN": "arn:aws:iam::123456789012:role/platform"],
          "vpn": ["connectionRef": ["name": "people"], "group": "Platform"],
        ]
      ],
      "logging": ["api", "audit"],
    ],
  ]
  private static let type = PrivateCluster.resourceType
  private static let googleAccess: JSONValue = [["role": "edit", "principal": ["group": "devs@example.com"]]]
  private static let azureAccess: JSONValue = [
    ["role": "view", "principal": ["objectID": "00000000-0000-4000-8000-00000000000a", "type": "Group"]]
  ]
  private static func azureID(_ resource: String) -> JSONValue {
    .string("/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/hub/providers/\(resource)")
  }
  private static let policy = "arn:aws:iam::123456789012:policy/boundary"

  static let goodClusters: [Fixture] = [
    good("the headline", type, privateCluster),
    good(
      "everything that AWS has",
      type,
      privateCluster.replacing(
        "spec.aws",
        [
          "rolePath": "/team/network/", "permissionsBoundaryARN": .string(policy),
          "clusterRoleARN": "arn:aws:iam::123456789012:role/eks", "nodeRoleARN": "arn:aws:iam::123456789012:role/n/x",
        ]
      )
      .replacing("spec.addons", [["name": "vpc-cni", "version": "v1.20.0", "configuration": ["env": ["A": "b"]]]])
      .replacing("spec.network", ["services": "172.20.0.0/16"])
      .replacing("spec.encryption", ["secretsKey": "arn:aws:kms:eu-west-1:123456789012:key/1"])
      .replacing("spec.subnets", ["a", "b"]).replacing("spec.deletionPolicy", "Retain")
    ),
    good(
      "Auto Mode alone",
      type,
      privateCluster.replacing("spec.nodePools", []).replacing(
        "spec.aws",
        ["autoMode": true, "autoModeNodeRoleARN": "arn:aws:iam::123456789012:role/auto"]
      )
    ),
    good("a boundary that AWS keeps", type, boundary("arn:aws:iam::aws:policy/PowerUserAccess")),
    good(
      "GCP",
      type,
      privateCluster.replacing("spec.access", googleAccess).replacing(
        "spec.gcp",
        ["nodeServiceAccount": "nodes@acme.iam.gserviceaccount.com", "channel": "Stable", "fleetProject": "acme-fleet"]
      )
    ),
    good(
      "Azure",
      type,
      privateCluster.replacing("spec.access", azureAccess).replacing(
        "spec.azure",
        [
          "identityID": azureID("Microsoft.ManagedIdentity/userAssignedIdentities/aks"),
          "logWorkspaceID": azureID("Microsoft.OperationalInsights/workspaces/logs"),
        ]
      )
    ),
    good(
      "sixteen pools",
      type,
      privateCluster.replacing(
        "spec.nodePools",
        .array(
          (0..<16).map {
            ["name": .string("pool-\($0)"), "machineType": "Standard_D4s_v5", "minSize": 0, "maxSize": 1000]
          }
        )
      )
    ),
  ]

  private static func boundary(_ arn: String) -> JSONValue {
    privateCluster.replacing("spec.aws", ["permissionsBoundaryARN": .string(arn)])
  }

  private static let pool = "spec.nodePools[0]"
  static let badClusters: [Fixture] = [
    bad("no Backbone", privateCluster, "spec.backboneRef", ("spec.backboneRef", nil)),
    bad("a patch", privateCluster, "spec.version", ("spec.version", "1.34.2")),
    bad("a v", privateCluster, "spec.version", ("spec.version", "v1.34")),
    bad("no pool", privateCluster, "spec", ("spec.nodePools", [])),
    bad(
      "no pool, and Auto Mode off",
      privateCluster.replacing("spec.aws", ["autoMode": false]),
      "spec",
      ("spec.nodePools", [])
    ),
    bad(
      "a role for Auto Mode without it",
      privateCluster,
      "spec.aws",
      ("spec.aws", ["autoModeNodeRoleARN": "arn:aws:iam::123456789012:role/auto"])
    ),
    bad(
      "one role for both kinds of nodes",
      privateCluster,
      "spec.aws",
      (
        "spec.aws",
        [
          "autoMode": true, "nodeRoleARN": "arn:aws:iam::123456789012:role/n",
          "autoModeNodeRoleARN": "arn:aws:iam::123456789012:role/n",
        ]
      )
    ),
    bad("a pool's name that is too long", privateCluster, "\(pool).name", ("\(pool).name", .string(name(31)))),
    bad("a pool's name with a digit first", privateCluster, "\(pool).name", ("\(pool).name", "1st")),
    bad("fewer at most than at least", privateCluster, pool, ("\(pool).maxSize", 1)),
    bad("no nodes at all", privateCluster, "\(pool).maxSize", ("\(pool).maxSize", 0)),
    bad("a disk too small", privateCluster, "\(pool).diskGiB", ("\(pool).diskGiB", 8)),
    bad(
      "a label of the operator's",
      privateCluster,
      "\(pool).labels",
      ("\(pool).labels", ["cloudlinker.dev/pool": "x"])
    ),
    bad(
      "an effect misspelt",
      privateCluster,
      "\(pool).taints[0].effect",
      ("\(pool).taints", [["key": "gpu", "effect": "noSchedule"]])
    ),
    bad("a role misspelt", privateCluster, "spec.access[0].role", ("spec.access[0].role", "ClusterAdmin")),
    bad(
      "namespaces for a cluster-admin",
      privateCluster,
      "spec.access[0]",
      ("spec.access[0].namespaces", ["shop"])
    ),
    bad("nobody", privateCluster, "spec.access[0].principal", ("spec.access[0].principal", [:])),
    bad(
      "two at once",
      privateCluster,
      "spec.access[0].principal",
      ("spec.access[0].principal.user", "a@example.com")
    ),
    bad(
      "an object without its type",
      privateCluster,
      "spec.access[0].principal",
      ("spec.access[0].principal", ["objectID": "00000000-0000-4000-8000-00000000000a"])
    ),
    bad(
      "a session instead of a role",
      privateCluster,
      "spec.access[0].principal.roleARN",
      ("spec.access[0].principal.roleARN", "arn:aws:sts::123456789012:assumed-role/platform/me")
    ),
    bad("a public range", privateCluster, "spec.network.services", ("spec.network", ["services": "8.8.0.0/16"])),
    bad("host bits", privateCluster, "spec.network.services", ("spec.network", ["services": "172.20.0.5/16"])),
    bad("a log that is none", privateCluster, "spec.logging[0]", ("spec.logging", ["apiserver"])),
    bad(
      "two clouds at once",
      privateCluster.replacing("spec.aws", [:]),
      "spec",
      ("spec.gcp", ["nodeServiceAccount": "nodes@acme.iam.gserviceaccount.com"])
    ),
    bad("logs of Azure that go nowhere", privateCluster, "spec", ("spec.azure", [:])),
    bad("a path without its end", privateCluster, "spec.aws.rolePath", ("spec.aws", ["rolePath": "/team"])),
    bad(
      "a boundary that is a role",
      privateCluster,
      "spec.aws.permissionsBoundaryARN",
      ("spec.aws", ["permissionsBoundaryARN": "arn:aws:iam::123456789012:role/x"])
    ),
    bad("GCP without an account for nodes", privateCluster, "spec.gcp.nodeServiceAccount", ("spec.gcp", [:])),
    bad(
      "an identity that is a workspace",
      privateCluster.replacing("spec.logging", []),
      "spec.azure.identityID",
      ("spec.azure", ["identityID": azureID("Microsoft.OperationalInsights/workspaces/logs")])
    ),
  ]

  private static func name(_ length: Int) -> String { String(repeating: "a", count: length) }
}
