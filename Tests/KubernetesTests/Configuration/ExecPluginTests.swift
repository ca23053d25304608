import Foundations
import Glibc
import HTTPTransport
import Testing

@testable import Kubernetes

/// Real scripts, run for real.
@Suite struct ExecPluginTests {
  let folder: TemporaryFolder
  let time = VirtualTimeSource()
  init() throws { folder = try TemporaryFolder() }

  static let v1 = "client.authentication.k8s.io/v1"

  func configuration(
    _ script: String,
    version: String = v1,
    extra: String = "interactiveMode: Never"
  ) throws -> ClientConfiguration {
    try folder.write("bin/plugin", "#!/bin/sh\n\(script)\n", permissions: 0o755)
    let file = try folder.write(
      "config",
      """
      current-context: main
      contexts: [{name: main, context: {cluster: c, user: u}}]
      clusters:
      - name: c
        cluster:
          server: https://a:6443
          certificate-authority-data: \(base64(pem))
          extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: "42"}}]
      users:
      - name: u
        user:
          exec:
            apiVersion: \(version)
            command: ./bin/plugin
            args: [one, "two words"]
            env: [{name: EXTRA, value: "given"}]
            \(extra)
      """
    )
    let surroundings = ClientConfiguration.Surroundings(
      environment: ["HOME": folder.path, "PATH": "/usr/bin:/bin"],
      time: time,
      logger: .none
    )
    return try ClientConfiguration.find(file, nil, surroundings)
  }

  func answer(_ status: String, version: String = v1) -> String {
    "echo run >> \(folder.path)/runs\ncat <<END\n"
      + #"{"apiVersion":"\#(version)","kind":"ExecCredential","status":{\#(status)}}"# + "\nEND"
  }
  var runs: Int { folder.read("runs")?.split(separator: "\n").count ?? 0 }

  /// A connection that a plugin's child still held would stay open after we have closed it.
  @Test func itGetsNoneOfOurDescriptors() async throws {
    let ours = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(ours) }
    let script = "ls -l /proc/$$/fd > \(folder.path)/descriptors\n" + answer(#""token": "t""#)
    _ = try await configuration(script).credentials.headers(fresh: false)
    let sockets = folder.read("descriptors")?.split(separator: "\n").filter { $0.contains("socket:") }
    #expect(sockets == [])
  }

  @Test(arguments: [v1, "client.authentication.k8s.io/v1beta1"])
  func itGetsWhatItNeeds(version: String) async throws {
    let script = """
      printf '%s|' "$@" "$EXTRA" "$HOME" > \(folder.path)/seen
      echo "$KUBERNETES_EXEC_INFO" > \(folder.path)/info
      readlink /proc/self/fd/0 > \(folder.path)/stdin
      \(answer(#""token":"abc""#, version: version))
      """
    let configuration = try configuration(
      script,
      version: version,
      extra: "provideClusterInfo: true\n      interactiveMode: Never"
    )
    #expect(try await configuration.credentials.headers(fresh: false).map(\.1) == ["Bearer abc"])
    #expect(folder.read("seen") == "one|two words|given|\(folder.path)|")
    #expect(folder.read("stdin") == "/dev/null\n")
    #expect(
      folder.read("info") == #"{"apiVersion":"\#(version)","kind":"ExecCredential","spec":{"cluster":{"#
        + #""certificate-authority-data":"\#(base64(pem))","config":{"audience":"42"},"#
        + #""server":"https://a:6443"},"interactive":false}}"# + "\n"
    )
  }

  @Test func itRunsAgainShortlyBeforeExpiryAndAfterARefusal() async throws {
    let expires = time.timestamp.advanced(by: .seconds(300))
    let configuration = try configuration(answer(#""token":"abc","expirationTimestamp":"\#(expires.description)""#))
    _ = try await configuration.credentials.headers(fresh: false)
    time.advance(by: .seconds(289))
    _ = try await configuration.credentials.headers(fresh: false)
    #expect(runs == 1)
    time.advance(by: .seconds(2))
    _ = try await configuration.credentials.headers(fresh: false)
    #expect(runs == 2)
    time.advance(by: .seconds(6))
    _ = try await configuration.credentials.headers(fresh: true)
    #expect(runs == 3)
  }

  @Test func manyWhoAskAtOnceWaitForOneRun() async throws {
    let configuration = try configuration("sleep 0.2\n" + answer(#""token":"abc""#))
    await withTaskGroup(of: String?.self) { group in
      for _ in 0..<50 { group.addTask { try? await configuration.credentials.headers(fresh: false).first?.1 } }
      for await header in group { #expect(header == "Bearer abc") }
    }
    #expect(runs == 1)
  }

  @Test func itMayGiveACertificate() async throws {
    let configuration = try configuration(answer(#""clientCertificateData":"CERT","clientKeyData":"KEY""#))
    #expect(try await configuration.credentials.headers(fresh: false).isEmpty)
    let tls = try await configuration.tls.current()
    #expect(tls.clientCertificate == Array("CERT".utf8))
    #expect(tls.clientKey == Array("KEY".utf8))
    #expect(runs == 1)
  }

  @Test(arguments: [
    ("exit 7", "failed with exit code 7"),
    ("kill -9 $$", "failed with exit code 137"),
    ("echo secret", "printed no ExecCredential"),
    (#"echo '{"apiVersion":"v2","kind":"ExecCredential"}'"#, "something else than an ExecCredential"),
    (#"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'"#, "without a status"),
    (
      #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'"#, "neither a token"
    ),
    (
      #"printf %s '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"a\r\nb"}}'"#,
      "line breaks"
    ),
    (
      #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"k"}}'"#,
      "without the other"
    ),
    ("yes secret", "printed more than"),
  ])
  func whatGoesWrongIsReported(script: String, words: String) async throws {
    let configuration = try configuration(script)
    let error = await #expect(throws: KubernetesError.self) {
      try await configuration.credentials.headers(fresh: false)
    }
    #expect(error?.message.contains("\(folder.path)/config: user \"u\": exec") == true)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("secret") == false)
  }

  @Test func aMissingProgramComesWithItsHint() async throws {
    let configuration = try configuration("", extra: "interactiveMode: Never\n      installHint: apt install it")
    try folder.write("bin/plugin", "")
    _ = try folder.write("bin/plugin", "#!/nonexistent\n", permissions: 0o755)
    let error = await #expect(throws: KubernetesError.self) {
      try await configuration.credentials.headers(fresh: false)
    }
    #expect(error?.message.contains("was not found\napt install it") == true, "\(error?.message ?? "")")
  }

  @Test func oneThatNeedsAPersonIsNotRunWithoutOne() async throws {
    let configuration = try configuration(answer(#""token":"abc""#), extra: "interactiveMode: Always")
    let error = await #expect(throws: KubernetesError.self) {
      try await configuration.credentials.headers(fresh: false)
    }
    #expect(error?.message.contains("needs a terminal") == true)
  }
}
