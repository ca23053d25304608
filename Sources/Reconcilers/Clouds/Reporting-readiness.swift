internal import CloudLinkerAPI
internal import Kubernetes

extension Reporting {
  /// Whether the last pass found this generation Ready.
  var wasReady: Bool {
    let ready = status?.conditions?[.ready]
    return ready?.status == "True" && ready?.observedGeneration == metadata.generation
  }

  /// Whether this generation was Ready before its cloud stopped answering.
  var isUnseen: Bool {
    let ready = status?.conditions?[.ready]
    return ready?.status == "Unknown" && ready?.reason != Reason.pending.rawValue
      && ready?.observedGeneration == metadata.generation
  }

  /// Whether someone changed the spec or asked for a pass since the last one.
  var isAskedFor: Bool {
    status?.observedGeneration != metadata.generation
      || status?.lastHandledReconcileAt != metadata.annotations?[CloudLinker.Annotation.requestedAt]
  }
}
