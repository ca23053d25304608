// swift-tools-version: 6.2
import PackageDescription

// The targets are the layers of docs/decisions/0001: a target may import only what stands above it in this list,
// and because an import that is not a dependency does not compile, this file is what enforces it.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "cloudlinker-operator",
  products: [
    .executable(name: "cloudlinker-operator", targets: ["cloudlinker-operator"]),
    .executable(name: "cloudlinker-gateway", targets: ["cloudlinker-gateway"]),
    .executable(name: "kubectl-cloudlinker", targets: ["kubectl-cloudlinker"]),
    // For other operators: docs/controller-runtime.md. Foundations has the clock, the logger and JSON values.
    .library(name: "ControllerRuntime", targets: ["ControllerRuntime", "Kubernetes", "Foundations", "Digests"]),
    .library(name: "KubernetesTesting", targets: ["KubernetesTesting", "HTTPTransportTesting"]),
  ],
  targets: [
    // Doors to C libraries: no policy.
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "CSystem"),

    // Values, then the things that touch the world.
    library("Foundations", ["CSystem"]),
    library("Digests", ["CCrypto"]),
    library("HTTPTransport", ["Foundations", "CCurl", "CSystem"]),
    library("HTTPTransportTesting", ["HTTPTransport", "Foundations"]),
    library("HTTPEndpoint", ["Foundations", "CMicroHTTPD"]),
    library("YAML", ["CYAML"]),
    library("Kubernetes", ["Foundations", "HTTPTransport", "YAML", "CSystem"]),
    library("KubernetesTesting", ["Kubernetes", "HTTPTransport", "Foundations", "CSystem"]),
    library("ControllerRuntime", ["Foundations", "Digests", "HTTPEndpoint", "Kubernetes", "CSystem"]),

    // What the clouds share, and one client each; none knows Kubernetes.
    library("Cloud", ["Foundations", "HTTPTransport"]),
    library("AWS", ["Cloud", "Foundations", "Digests", "HTTPTransport", "CExpat"]),
    library("GoogleCloud", ["Cloud", "Foundations", "Digests", "HTTPTransport", "CCrypto"]),
    library("Azure", ["Cloud", "Foundations", "HTTPTransport"]),
    library("Twingate", ["Cloud", "Foundations", "HTTPTransport"]),

    // What it takes to keep things in a cloud as they are wanted: plans, how they are carried out, what a failure means.
    library("CloudResources", ["Cloud", "Foundations"]),
    library("TwingateResources", ["CloudResources", "Twingate", "Cloud", "Foundations", "Digests"]),
    // Networks in the three clouds. Knows neither Kubernetes nor our kinds.
    library(
      "CloudNetworks",
      ["CloudResources", "AWS", "GoogleCloud", "Azure", "Cloud", "Foundations", "Digests"]
    ),
    // Connectors as machines in those networks. Knows neither Kubernetes nor our kinds.
    library(
      "CloudConnectors",
      ["CloudNetworks", "CloudResources", "AWS", "GoogleCloud", "Azure", "Cloud", "Foundations", "Digests"]
    ),
    // Kubernetes clusters inside those networks. Knows neither our kinds nor a cluster's own API.
    library(
      "CloudClusters",
      ["CloudNetworks", "CloudResources", "AWS", "GoogleCloud", "Azure", "Cloud", "Foundations", "Digests"]
    ),

    // The product.
    library("Gateway", ["Foundations"]),
    library("CloudLinkerAPI", ["Gateway", "Foundations", "Kubernetes", "Digests"]),
    library("GatewayAgent", ["Gateway", "Foundations", "CSystem"]),
    library(
      "Reconcilers",
      [
        "CloudLinkerAPI", "Gateway", "CloudNetworks", "CloudConnectors", "CloudClusters", "CloudResources", "AWS",
        "GoogleCloud",
        "Azure",
        "Twingate", "TwingateResources", "Cloud", "ControllerRuntime", "Kubernetes", "YAML", "HTTPTransport",
        "Foundations",
        "Digests",
      ]
    ),
    // The plugin for people at a terminal: reads statuses, and changes no more than an annotation or spec.suspend.
    library("CloudLinkerCommand", ["CloudLinkerAPI", "Kubernetes", "Foundations"]),

    .executableTarget(
      name: "cloudlinker-operator",
      dependencies: [
        "Reconcilers", "CloudLinkerAPI", "CloudLinkerCommand", "ControllerRuntime", "Kubernetes", "HTTPTransport",
        "HTTPEndpoint", "Foundations",
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "cloudlinker-gateway",
      dependencies: ["GatewayAgent", "Gateway", "Foundations"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "kubectl-cloudlinker",
      dependencies: ["CloudLinkerCommand", "Foundations"],
      swiftSettings: strict
    ),
    // The library as a stranger would use it: docs/controller-runtime.md.
    .executableTarget(
      name: "example-operator",
      dependencies: ["ControllerRuntime", "Kubernetes", "Foundations", "Digests"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "cloudlinker-bench",
      dependencies: [
        "CloudLinkerAPI", "ControllerRuntime", "Kubernetes", "KubernetesTesting", "HTTPTransport",
        "HTTPTransportTesting", "Foundations",
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "generate-crds",
      dependencies: ["CloudLinkerAPI", "YAML", "Kubernetes"],
      swiftSettings: strict
    ),

    .target(name: "TestSupport", dependencies: ["CSystem"], path: "Tests/TestSupport", swiftSettings: strict),
    // The simulators of clouds, from the side of the tests.
    .target(
      name: "SimulatorSupport",
      dependencies: ["HTTPTransport", "Foundations"],
      path: "Tests/SimulatorSupport",
      swiftSettings: strict
    ),
    tests("FoundationsTests", ["Foundations", "Digests"]),
    .testTarget(
      name: "GatewayTests",
      dependencies: ["Gateway", "Foundations", "TestSupport"],
      exclude: ["Profiles"],
      swiftSettings: strict
    ),
    tests("GatewayAgentTests", ["GatewayAgent", "Gateway", "HTTPTransport", "Foundations"]),
    tests(
      "HTTPTransportTests",
      ["HTTPTransport", "HTTPTransportTesting", "HTTPEndpoint", "KubernetesTesting", "Foundations"]
    ),
    tests("HTTPEndpointTests", ["HTTPEndpoint", "HTTPTransport", "Foundations"]),
    tests("YAMLTests", ["YAML"]),
    tests("CloudTests", ["Cloud", "HTTPTransport", "Foundations"]),
    tests("CloudResourcesTests", ["CloudResources", "Cloud", "Foundations"]),
    tests("CloudNetworksTests", ["CloudNetworks", "GoogleCloud", "Foundations"]),
    tests(
      "CloudConnectorsTests",
      ["CloudConnectors", "CloudNetworks", "CloudResources", "AWS", "GoogleCloud", "Azure", "Cloud", "Foundations"]
    ),
    tests(
      "CloudClustersTests",
      [
        "CloudClusters", "CloudNetworks", "CloudResources", "AWS", "GoogleCloud", "Azure", "Cloud", "HTTPTransport",
        "HTTPTransportTesting", "Foundations", "SimulatorSupport",
      ]
    ),
    tests("AWSTests", ["AWS", "Cloud", "HTTPTransport", "HTTPTransportTesting", "Foundations"]),
    tests("GoogleCloudTests", ["GoogleCloud", "Cloud", "HTTPTransport", "HTTPTransportTesting", "Foundations"]),
    tests("AzureTests", ["Azure", "Cloud", "HTTPTransport", "HTTPTransportTesting", "Foundations"]),
    tests("TwingateTests", ["Twingate", "Cloud", "HTTPTransport", "HTTPTransportTesting", "Foundations"]),
    tests(
      "TwingateResourcesTests",
      [
        "TwingateResources", "CloudResources", "Twingate", "Cloud", "HTTPTransport", "HTTPTransportTesting",
        "Foundations", "SimulatorSupport",
      ]
    ),
    tests(
      "KubernetesTests",
      ["Kubernetes", "KubernetesTesting", "HTTPTransport", "HTTPTransportTesting", "Foundations"]
    ),
    tests(
      "ControllerRuntimeTests",
      [
        "ControllerRuntime", "example-operator", "Kubernetes", "KubernetesTesting", "HTTPTransport",
        "HTTPTransportTesting", "Foundations", "Digests",
      ]
    ),
    tests(
      "CloudLinkerAPITests",
      [
        "CloudLinkerAPI", "cloudlinker-bench", "Kubernetes", "KubernetesTesting", "HTTPTransport", "Foundations",
        "YAML",
      ]
    ),
    tests(
      "CloudLinkerCommandTests",
      ["CloudLinkerCommand", "CloudLinkerAPI", "Kubernetes", "KubernetesTesting", "HTTPTransport", "Foundations"]
    ),
    tests(
      "ReconcilersTests",
      [
        "Reconcilers", "ControllerRuntime", "CloudLinkerAPI", "Gateway", "CloudNetworks", "CloudConnectors",
        "CloudClusters",
        "CloudResources", "AWS",
        "GoogleCloud", "Azure", "Twingate", "TwingateResources", "Cloud", "YAML", "Kubernetes", "KubernetesTesting",
        "HTTPTransport", "HTTPTransportTesting", "Foundations", "Digests", "SimulatorSupport",
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)

// libFuzzer's runtime must be linked in (`hack/fuzz` sees to it), so other builds do not know this target.
if Context.environment["CLOUDLINKER_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz-inputs",
      dependencies: [
        "CloudLinkerAPI", "Kubernetes", "YAML", "Gateway", "GatewayAgent", "AWS", "GoogleCloud", "Azure", "Cloud",
        "CloudResources", "CloudNetworks", "Reconcilers", "HTTPTransport", "Foundations",
      ],
      swiftSettings: strict
    )
  )
}
