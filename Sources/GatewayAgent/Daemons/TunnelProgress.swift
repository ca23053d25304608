internal import Foundations
internal import Gateway

/// Follows the tunnel's state: fed with the daemon's reports, read for status, forwarding and readiness. No I/O.
///
/// | phase | probe | reported |
/// |---|---|---|
/// | idle, attempting | — | Connecting, or Failed once an attempt failed, until it is up |
/// | up | not possible, or answered | Connected |
/// | up | not answered yet | Connecting |
/// | up | failed | Failed, ProbeFailed |
/// | stopped | — | Disconnected |
struct TunnelProgress: Sendable, Hashable {
  struct Link: Sendable, Hashable {
    var serverAddress: String?
    var virtualAddress: IPv4Address?
    /// The tun device; nil: the kernel encrypts by policy.
    var device: String?
  }
  enum Phase: Sendable, Hashable { case idle, attempting, up(Link), stopped }
  enum Probe: Sendable, Hashable { case notPossible, pending, answered, failed(String) }

  private(set) var phase = Phase.idle
  private(set) var probe = Probe.pending
  private(set) var serverAddress: String?
  private(set) var handshakes: Int64 = 0
  private var lastFailure: DaemonFailure?
  /// How many attempts began since one failed with a refusal or a cause.
  private var attemptsSinceSpecific = 0
  private var bytesReceivedBefore: Int64 = 0
  private var bytesSentBefore: Int64 = 0
  private var bytesReceivedNow: Int64 = 0
  private var bytesSentNow: Int64 = 0

  var link: Link? { if case .up(let link) = phase { link } else { nil } }
  /// Whether new connections enter this gateway's own tunnel.
  var isServing: Bool { link != nil && (probe == .answered || probe == .notPossible) }
  var bytesReceived: Int64 { bytesReceivedBefore &+ bytesReceivedNow }
  var bytesSent: Int64 { bytesSentBefore &+ bytesSentNow }

  /// For this many attempts a refusal or a cause outlasts a mere symptom: a server that refuses a password may not
  /// answer the next attempt at all, and "does not answer" would mislead the reader. A cause outlasts a refusal within
  /// its own attempt only, where the refusal is its consequence.
  static let specificLasts = 3

  mutating func attemptBegan() {
    guard phase != .stopped else { return }
    attemptsSinceSpecific = min(attemptsSinceSpecific + 1, Self.specificLasts)
    phase = .attempting
    probe = .pending
  }

  /// - Parameter hasProbe: whether there is anything to probe through the tunnel.
  mutating func up(_ link: Link, hasProbe: Bool) {
    guard phase != .stopped else { return }
    if self.link == nil { probe = hasProbe ? .pending : .notPossible }
    phase = .up(link)
    serverAddress = link.serverAddress ?? serverAddress
    lastFailure = nil
  }

  /// The tunnel is down, and the daemon tries to bring it up again.
  mutating func down() {
    if link != nil { phase = .attempting }
    probe = .pending
  }

  mutating func failed(_ failure: DaemonFailure) {
    guard phase != .stopped, link == nil else { return }
    if let lastFailure, failure.specificity < lastFailure.specificity {
      guard attemptsSinceSpecific >= (failure.specificity == .symptom ? Self.specificLasts : 1) else { return }
    }
    if failure.specificity > .symptom { attemptsSinceSpecific = 0 }
    lastFailure = failure
  }

  mutating func stopped() { phase = .stopped }
  mutating func shookHands() { handshakes &+= 1 }
  mutating func probeChanged(_ probe: Probe) { if link != nil { self.probe = probe } }
  mutating func serverIs(_ address: String) { serverAddress = address }

  /// Adds up the daemon's counters, which begin again with each daemon.
  mutating func counted(received: Int64, sent: Int64) {
    if received < bytesReceivedNow || sent < bytesSentNow { countersRestarted() }
    bytesReceivedNow = max(0, received)
    bytesSentNow = max(0, sent)
  }
  mutating func countersRestarted() {
    bytesReceivedBefore &+= bytesReceivedNow
    bytesSentBefore &+= bytesSentNow
    bytesReceivedNow = 0
    bytesSentNow = 0
  }

  var state: GatewayStatus.TunnelState {
    switch phase {
    case .stopped: .disconnected
    case .idle, .attempting: lastFailure == nil ? .connecting : .failed
    case .up:
      switch probe {
      case .answered, .notPossible: .connected
      case .pending: .connecting
      case .failed: .failed
      }
    }
  }

  var failure: DaemonFailure? {
    if link != nil, case .failed(let words) = probe { return DaemonFailure(.probeFailed, words) }
    return lastFailure
  }
}
