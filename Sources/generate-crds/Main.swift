internal import CloudLinkerAPI
internal import FoundationEssentials
internal import Foundations
internal import Glibc
internal import Kubernetes
internal import YAML

/// `generate-crds FOLDER`: writes one file a kind, and a kustomization over them.
@main struct Main {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      let usage = "usage: generate-crds FOLDER\n"
      _ = Glibc.write(STDERR_FILENO, usage, usage.utf8.count)
      exit(2)
    }
    let folder = URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let notice = "# Made by hack/generate from Sources/CloudLinkerAPI: do not edit.\n"
    var files: [String] = []
    for definition in CustomResourceDefinition.all {
      let file = "\(definition.resourceType.group)_\(definition.resourceType.plural).yaml"
      files.append(file)
      try write(notice + YAML.write([YAMLValue(sorting: definition.json)]), to: folder, file)
    }
    let kustomization: JSONValue = [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .array(files.sorted().map(JSONValue.string)),
    ]
    try write(notice + YAML.write([YAMLValue(sorting: kustomization)]), to: folder, "kustomization.yaml")
  }

  private static func write(_ text: String, to folder: URL, _ file: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(file), options: .atomic)
  }
}
