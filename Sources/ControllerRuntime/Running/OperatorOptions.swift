public import Foundations
public import Kubernetes

/// The settings of an `Operator` that a program may want to take from its flags.
public struct OperatorOptions: Sendable {
  /// The path of a kubeconfig. Nil: `KUBECONFIG`, else the pod's service account, else `~/.kube/config`.
  public var kubeconfig: String?
  /// The kubeconfig's context. Nil: its current one.
  public var context: String?
  /// True: of several replicas, only the holder of the Lease works. False: this process works at once.
  public var electsLeader = true
  /// The key of the Lease. Nil: the operator's name, in its own namespace.
  public var lease: ObjectKey?
  /// For these three see `Leadership`.
  public var leaseDuration: Duration = .seconds(15)
  public var leaseRenewDeadline: Duration = .seconds(10)
  public var leaseRetryPeriod: Duration = .seconds(2)
  /// The controller that events name, a qualified name such as `example.com/operator`. Nil: the operator's name.
  public var reportingController: String?
  /// The name of this process in the Lease and in events. Nil: `POD_NAME`, else `HOSTNAME`, else the operator's name.
  public var instance: String?
  /// The address for `/metrics`, `/healthz` and `/readyz`: an IPv4 or IPv6 literal; `::` also accepts IPv4.
  public var address = "::"
  /// 0: any free port, which the log names.
  public var port: UInt16 = 8080
  public var logger = Logger()

  public init() {}
}
