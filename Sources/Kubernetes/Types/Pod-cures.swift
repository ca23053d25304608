extension Pod.ContainerStatus.Detail {
  /// What to do about a container that waits for this reason; nil for a reason that is not known.
  public var cure: String? {
    switch reason {
    case "ErrImagePull", "ImagePullBackOff":
      "check the image's name, and whether the registry needs an image pull secret"
    case "ErrImageNeverPull": "load the image onto the node, or let the pull policy fetch it"
    case "InvalidImageName": "correct the image's name"
    case "CreateContainerConfigError": "create the Secret or ConfigMap that it mounts"
    case "CrashLoopBackOff": "the pod's log says why it ends again and again"
    default: nil
    }
  }
}
