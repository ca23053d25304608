/// Names that the four kinds share.
public enum CloudLinker {
  public static let group = "cloudlinker.dev"
  public static let version = "v1alpha1"
  /// `kubectl get cloudlinker` lists every kind.
  public static let category = "cloudlinker"
  /// Owner of what the operator applies, in `metadata.managedFields`.
  public static let fieldManager = "cloudlinker-operator"

  public enum Annotation {
    /// With the value `plan`: publish in status what would be done, and change nothing.
    public static let reconcile = "cloudlinker.dev/reconcile"
    public static let reconcilePlan = "plan"
    /// On a Backbone: `NAMESPACE/NAME/UID` of the Backbone whose network it takes over, as the marks in the cloud say it.
    public static let adopt = "cloudlinker.dev/adopt"
    /// A new value makes new tokens for every connector of a VPNConnection of type Twingate.
    public static let rotateTokens = "cloudlinker.dev/rotate-tokens"
    /// Flux's convention: a new value asks for a reconcile now, and is copied to `status.lastHandledReconcileAt`.
    public static let requestedAt = "reconcile.fluxcd.io/requestedAt"
  }
}
