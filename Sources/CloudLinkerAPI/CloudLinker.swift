/// Names that the four kinds share.
public enum CloudLinker {
  public static let group = "cloudlinker.dev"
  /// The version that the operator reads and writes, and in which the API server stores objects: one that the former
  /// release's CRDs serve too (decision 37).
  public static let version = "v1alpha1"
  /// Every version that the CRDs serve. All have the same schema.
  public static let servedVersions = [version, "v1beta1"]
  /// `kubectl get cloudlinker` lists every kind.
  public static let category = "cloudlinker"
  /// The field manager of everything that the operator applies, in `metadata.managedFields`.
  public static let fieldManager = "cloudlinker-operator"

  public enum Annotation {
    /// With the value `plan`, the operator publishes in status what it would do, and changes nothing.
    public static let reconcile = "cloudlinker.dev/reconcile"
    public static let reconcilePlan = "plan"
    /// On a Backbone: `NAMESPACE/NAME/UID` of the Backbone whose network it takes over, as the marks in the cloud name
    /// it.
    public static let adopt = "cloudlinker.dev/adopt"
    /// A new value replaces the tokens of every connector of a VPNConnection of type Twingate.
    public static let rotateTokens = "cloudlinker.dev/rotate-tokens"
    /// On a Service or Ingress: the VPNConnection of type Twingate, of the same namespace, through which people reach it.
    public static let expose = "cloudlinker.dev/expose"
    /// Groups that get access, with commas between them.
    public static let exposeGroups = "cloudlinker.dev/expose-groups"
    /// The alias of a Service.
    public static let exposeAlias = "cloudlinker.dev/expose-alias"
    /// Name or id of a security policy.
    public static let exposePolicy = "cloudlinker.dev/expose-policy"
    /// The address at which connectors find an Ingress's controller, instead of the address of its load balancer.
    public static let exposeAddress = "cloudlinker.dev/expose-address"
    /// Flux's convention: a new value requests a reconcile now, and is copied to `status.lastHandledReconcileAt`.
    public static let requestedAt = "reconcile.fluxcd.io/requestedAt"
  }
}
