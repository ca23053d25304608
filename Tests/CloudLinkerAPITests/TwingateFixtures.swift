internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let twingate: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "VPNConnection",
    "metadata": ["name": "people", "namespace": "default"],
    "spec": [
      "type": "Twingate",
      "twingate": [
        "network": "acme",
        "apiTokenSecretRef": ["name": "twingate"],
        "resources": [
          [
            "name": "grafana", "address": "grafana.monitoring.svc.cluster.local",
            "alias": "grafana.prod.acme.internal", "ports": ["tcp": ["443"]],
            "access": [["group": "Developers"]],
          ]
        ],
      ],
    ],
  ]

  private static let resource = "spec.twingate.resources[0]"

  private static func changed(_ field: String, _ value: JSONValue?) -> JSONValue {
    twingate.replacing("\(resource).\(field)", value)
  }

  static let goodTwingate: [Fixture] =
    [
      good("people are let in", connection, twingate),
      good("nothing to reach yet", connection, twingate.replacing("spec.twingate.resources", nil)),
      good("every field of Twingate", connection, everyField),
      good("everything is closed", connection, changed("ports", [:])),
      good(
        "connectors in a Backbone",
        connection,
        twingate.replacing(
          "spec.twingate.connectors",
          ["backboneRef": ["name": "aws"], "aws": ["instanceType": "t3a.micro", "instanceProfile": "theirs"]]
        )
      ),
      good(
        "connectors in a Backbone of Google Cloud",
        connection,
        twingate.replacing(
          "spec.twingate.connectors",
          ["backboneRef": ["name": "gcp"], "gcp": ["machineType": "e2-small"]]
        )
      ),
      good(
        "connectors in a Backbone of Azure",
        connection,
        twingate.replacing(
          "spec.twingate.connectors",
          ["backboneRef": ["name": "azure"], "azure": ["registrySecretRef": ["name": "hub"]]]
        )
      ),
      good("suspended connectors", connection, twingate.replacing("spec.suspend", true)),
      good("kept at Twingate", connection, twingate.replacing("spec.twingate.deletionPolicy", "Retain")),
      good(
        "access by request without an end",
        connection,
        changed("accessPolicy", ["mode": "AccessRequest"])
      ),
      good("a service account", connection, changed("access", [["serviceAccount": "ci"]])),
    ]
    + ["10.0.0.5", "10.0.0.0/24", "10.0.0.7/32", "*.prod.acme.internal", "db-?.acme.internal", "grafana", "A.acme.com"]
    .map { good("the address \($0)", connection, changed("address", .string($0))) }
    + ["1", "65535", "8000-8010", "80-80", "*"].map {
      good("the port \($0)", connection, changed("ports.tcp", [.string($0)]))
    }

  private static let everyField: JSONValue =
    twingate
    .replacing("spec.twingate.apiTokenSecretRef.key", "token")
    .replacing("spec.twingate.remoteNetwork", ["name": "Production, Frankfurt", "adopt": true])
    .replacing(
      "spec.twingate.connectors",
      [
        "count": 3, "image": "twingate/connector:1.80.0", "logLevel": 7, "logAnalytics": true,
        "notifyWhenOffline": false, "labels": ["REGION": "eu"], "className": "edge", "updateEvery": "24h",
      ]
    )
    .replacing("spec.twingate.foreignAccess", "Keep")
    .replacing("spec.twingate.groups", [["name": "Platform", "members": ["ann@acme.com"]], ["name": "Ops"]])
    .replacing(
      "spec.twingate.serviceAccounts",
      [["name": "ci", "keySecret": "twingate-ci", "rotateEvery": "720h"], ["name": "cd", "keySecret": "twingate-cd"]]
    )
    .replacing(
      "spec.twingate.expose",
      [
        "kinds": ["Service", "Ingress"], "groups": ["Developers"], "domains": ["prod.acme.internal"],
        "addresses": ["ingress.infra.svc.cluster.local", "10.0.0.9"], "securityPolicies": ["Strict"],
      ]
    )
    .replacing("spec.twingate.deletionPolicy", "Delete")
    .replacing("\(resource).ports", ["tcp": ["443", "8000-8010"], "udp": ["*"], "icmp": true])
    .replacing("\(resource).securityPolicy", "Strict")
    .replacing("\(resource).accessPolicy", ["mode": "AutoLock", "duration": "720h", "approval": "Manual"])
    .replacing("\(resource).tags", ["team": "sre"])
    .replacing(
      "\(resource).access",
      [
        ["group": "Contractors", "expiresAt": "2027-03-01T00:00:00Z", "securityPolicy": "Strict"],
        ["serviceAccount": "ci"],
      ]
    )

  private static func badField(_ name: String, _ field: String, _ value: JSONValue?, named: String? = nil) -> Fixture {
    bad(name, twingate, named ?? field, (field, value))
  }

  static let badTwingate: [Fixture] =
    [
      badField("no network", "spec.twingate.network", nil),
      badField("no token", "spec.twingate.apiTokenSecretRef", nil),
      badField("no connector", "spec.twingate.connectors", ["count": 0], named: "spec.twingate.connectors.count"),
      badField("nine connectors", "spec.twingate.connectors", ["count": 9], named: "spec.twingate.connectors.count"),
      badField(
        "an image with a space",
        "spec.twingate.connectors",
        ["image": "a b"],
        named: "spec.twingate.connectors.image"
      ),
      badField(
        "a log level of 8",
        "spec.twingate.connectors",
        ["logLevel": 8],
        named: "spec.twingate.connectors.logLevel"
      ),
      badField(
        "an update every month",
        "spec.twingate.connectors",
        ["updateEvery": "1M"],
        named: "spec.twingate.connectors.updateEvery"
      ),
      badField(
        "a label in small letters",
        "spec.twingate.connectors",
        ["labels": ["region": "eu"]],
        named: "spec.twingate.connectors.labels"
      ),
      badField(
        "a label with a second line",
        "spec.twingate.connectors",
        ["labels": ["REGION": "eu\nTWINGATE_URL=https://evil.example"]],
        named: "spec.twingate.connectors.labels"
      ),
      badField(
        "a login at a registry for pods in the cluster",
        "spec.twingate.connectors",
        ["azure": ["registrySecretRef": ["name": "hub"]]],
        named: "spec.twingate.connectors"
      ),
      badField(
        "machines in no Backbone",
        "spec.twingate.connectors",
        ["aws": ["instanceType": "t3a.micro"]],
        named: "spec.twingate.connectors"
      ),
      badField("tunnels with Twingate", "spec.tunnels", [["name": "a", "server": "vpn.example.com"]], named: "spec"),
      badField("remote networks with Twingate", "spec.remoteNetworks", ["192.168.100.0/24"], named: "spec"),
      badField("a Service with Twingate", "spec.service", ["name": "people"], named: "spec"),
      badField("a probe with Twingate", "spec.probe", ["address": "192.168.100.30:80"], named: "spec"),
      badField("gateways with Twingate", "spec.gateway", ["className": "default"], named: "spec"),
      badField("other namespaces with Twingate", "spec.allowedNamespaces", ["staging"], named: "spec"),
      badField("a connection log with Twingate", "spec.connectionLog", true, named: "spec"),
      bad(
        "Twingate's member with IPsec",
        ipsec,
        "spec",
        ("spec.twingate", ["network": "acme", "apiTokenSecretRef": ["name": "t"]])
      ),
      badField("foreign access by another word", "spec.twingate.foreignAccess", "Forbid"),
      badField(
        "a member that is no address",
        "spec.twingate.groups",
        [["name": "Ops", "members": ["ann"]]],
        named: "spec.twingate.groups[0].members[0]"
      ),
      badField(
        "two accounts with one Secret",
        "spec.twingate.serviceAccounts",
        [["name": "ci", "keySecret": "a"], ["name": "cd", "keySecret": "twingate"]],
        named: "spec.twingate"
      ),
      badField(
        "a rotation of more than half a year",
        "spec.twingate.serviceAccounts",
        [["name": "ci", "keySecret": "a", "rotateEvery": "4369h"]],
        named: "spec.twingate.serviceAccounts[0].rotateEvery"
      ),
      badField(
        "an account without a Secret",
        "spec.twingate.serviceAccounts",
        [["name": "ci"]],
        named: "spec.twingate.serviceAccounts[0].keySecret"
      ),
      badField("nothing to expose", "spec.twingate.expose", ["kinds": []], named: "spec.twingate.expose.kinds"),
      badField(
        "a Pod to expose",
        "spec.twingate.expose",
        ["kinds": ["Pod"]],
        named: "spec.twingate.expose.kinds[0]"
      ),
      badField(
        "a domain without a dot",
        "spec.twingate.expose",
        ["kinds": ["Service"], "domains": ["internal"]],
        named: "spec.twingate.expose.domains[0]"
      ),
      badField("a resource without ports", "\(resource).ports", nil),
      badField("a resource without a name", "\(resource).name", nil),
      badField("'*' with others", "\(resource).ports.tcp", ["*", "443"], named: "\(resource).ports"),
      badField("a tag of Twingate's", "\(resource).tags", ["tgx": "a"], named: "\(resource).tags"),
      badField("a tag of the operator's", "\(resource).tags", ["cloudlinker-owner": "a"], named: "\(resource).tags"),
      badField(
        "61 tags",
        "\(resource).tags",
        .object(Dictionary(uniqueKeysWithValues: (0..<61).map { ("t\($0)", .string("x")) })),
        named: "\(resource).tags"
      ),
      badField("no duration with AutoLock", "\(resource).accessPolicy", ["mode": "AutoLock"]),
      badField("a duration with Manual", "\(resource).accessPolicy", ["mode": "Manual", "duration": "1h"]),
      badField(
        "a mode that is none",
        "\(resource).accessPolicy",
        ["mode": "Never"],
        named: "\(resource).accessPolicy.mode"
      ),
      badField("nobody", "\(resource).access", [[:]], named: "\(resource).access[0]"),
      badField(
        "two principals",
        "\(resource).access",
        [["group": "a", "serviceAccount": "b"]],
        named: "\(resource).access[0]"
      ),
      badField(
        "an end for a service account",
        "\(resource).access",
        [["serviceAccount": "ci", "expiresAt": "2027-03-01T00:00:00Z"]],
        named: "\(resource).access[0]"
      ),
      badField(
        "a policy for a service account",
        "\(resource).access",
        [["serviceAccount": "ci", "securityPolicy": "Strict"]],
        named: "\(resource).access[0]"
      ),
      badField(
        "an end that is no time",
        "\(resource).access",
        [["group": "a", "expiresAt": "1st of March in 2027"]],
        named: "\(resource).access[0].expiresAt"
      ),
    ]
    + ["acme.twingate.com", "Acme", "-acme", "acme/x", ""].map {
      badField("the network \"\($0)\"", "spec.twingate.network", .string($0))
    }
    + [
      "10.0.0.5/24", "100.96.0.1", "100.111.255.255", "100.100.0.0/16", "0.0.0.0/0", "fd00::1", "https://x.com",
      "300.1.1.1", "a..b", "",
    ]
    .map { badField("the address \"\($0)\"", "\(resource).address", .string($0)) }
    + ["grafana", "grafana.local", "*.acme.internal", "-a.acme.com", "10.0.0.5"].map {
      badField("the alias \($0)", "\(resource).alias", .string($0))
    }
    + ["443-80", "0", "65536", "080", "80-", "http", "80-90-100", ""].map {
      badField("the port \"\($0)\"", "\(resource).ports.tcp", [.string($0)], named: "\(resource).ports.tcp[0]")
    }
    + ["0h", "8761h", "30d", "01h", "h"].map {
      badField(
        "a duration of \($0)",
        "\(resource).accessPolicy",
        ["mode": "AutoLock", "duration": .string($0)],
        named: "\(resource).accessPolicy.duration"
      )
    }
}
