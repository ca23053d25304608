internal import CloudLinkerAPI
internal import FoundationEssentials
internal import Foundations
internal import Glibc
internal import Kubernetes
internal import YAML

/// `generate-crds FOLDER` writes one file for each kind and a kustomization over them. In `without-rules/` it writes a
/// kustomize component that removes everything that Kubernetes before 1.25 refuses.
@main struct Main {
  private static let notice = "# Made by hack/generate from Sources/CloudLinkerAPI: do not edit.\n"

  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      let usage = "usage: generate-crds FOLDER\n"
      _ = Glibc.write(STDERR_FILENO, usage, usage.utf8.count)
      exit(2)
    }
    let folder = URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true)
    try writeDefinitions(to: folder)
    try writeRemovalOfRules(to: folder.appendingPathComponent("without-rules", isDirectory: true))
  }

  private static func writeDefinitions(to folder: URL) throws {
    var files: [JSONValue] = []
    for definition in CustomResourceDefinition.all {
      let file = "\(definition.resourceType.group)_\(definition.resourceType.plural).yaml"
      files.append(.string(file))
      try write(definition.json, to: folder, file)
    }
    let kustomization: JSONValue = [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": .array(files),
    ]
    try write(kustomization, to: folder, "kustomization.yaml")
  }

  private static func writeRemovalOfRules(to folder: URL) throws {
    var patches: [JSONValue] = []
    for definition in CustomResourceDefinition.all {
      let file = "\(definition.resourceType.plural).yaml"
      patches.append([
        "path": .string(file),
        "target": ["kind": "CustomResourceDefinition", "name": .string(definition.name)],
      ])
      try write(definition.json.removal(of: "x-kubernetes-validations"), to: folder, file)
    }
    let component: JSONValue = [
      "apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": .array(patches),
    ]
    try write(component, to: folder, "kustomization.yaml")
  }

  private static func write(_ value: JSONValue, to folder: URL, _ file: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = try notice + YAML.write([YAMLValue(sorting: value)])
    try Data(text.utf8).write(to: folder.appendingPathComponent(file), options: .atomic)
  }
}
