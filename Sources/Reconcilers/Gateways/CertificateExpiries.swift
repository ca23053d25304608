internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// When the certificates in connections' Secrets expire: clients' own, their CAs', and those inside profiles.
///
/// `environment` is the Secret's namespace, as in `ObjectMetrics`.
final class CertificateExpiries: Sendable {
  static let metric = "cloudlinker_certificate_expiry_timestamp_seconds"

  /// By Secret and key.
  private let ends = Locked<[ObjectKey: [String: Timestamp]]>([:])

  init(_ registry: MetricsRegistry) {
    registry.beforeExposition { [weak registry, weak self] in
      guard let registry, let self else { return }
      registry.replace(
        Self.metric,
        with: samples,
        help: "When the certificate in a Secret's key ends, in seconds since 1970"
      )
    }
  }

  /// - Parameter content: nil: nobody uses the Secret any more, or it no longer exists.
  func update(_ secret: ObjectKey, _ content: [String: [UInt8]]?) {
    let found = content?.compactMapValues { CertificateExpiry.end(of: String(decoding: $0, as: UTF8.self)) } ?? [:]
    ends.withLock { $0[secret] = found.isEmpty ? nil : found }
  }

  private var samples: [MetricsRegistry.Sample] {
    ends.withLock { $0 }.flatMap { secret, keys in
      keys.map { key, end in
        MetricsRegistry.Sample(
          ["environment": secret.namespace, "secret": secret.name, "key": key],
          Double(end.seconds)
        )
      }
    }
  }
}
