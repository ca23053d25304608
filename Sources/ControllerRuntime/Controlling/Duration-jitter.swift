extension Duration {
  /// A random duration within `fraction` of this one, so that a thousand objects do not come back together.
  public func jittered(by fraction: Double) -> Duration {
    let fraction = min(max(fraction, 0), 1)
    return self * Double.random(in: (1 - fraction)...(1 + fraction))
  }
}
