public import Kubernetes

extension RequestController {
  /// Enqueues what `keys` makes of every change that `informer` reports.
  /// - Parameters:
  ///   - predicate: which changes count.
  ///   - delay: collects changes for this long, where one reconcile can serve many.
  ///   - keys: sees the object as it was and as it is, so that a re-pointed reference wakes both ends.
  public func watch<Object: Resource>(
    _ informer: Informer<Object>,
    where predicate: Predicate<Object> = .any,
    after delay: Duration = .zero,
    keys: @escaping @Sendable (Change<Object>) -> [Request]
  ) {
    let queue = queue
    informer.onChange { changes in
      var urgent: [Request] = []
      var initial: [Request] = []
      for change in changes where predicate.accepts(change) {
        let keys = keys(change)
        if delay > .zero {
          for key in keys { queue.add(key, after: delay) }
        } else if change.isInitial {
          initial += keys
        } else {
          urgent += keys
        }
      }
      if !urgent.isEmpty { queue.add(urgent) }
      if !initial.isEmpty { queue.add(initial, priority: .background) }
    }
  }

  /// Enqueues what arrives on a channel, for example from something that polls the world outside the cluster, until it
  /// ends or the task is cancelled. To be run beside the controller (`Manager.addBackground`).
  public func watch<Channel: AsyncSequence & Sendable>(channel: Channel, priority: WorkPriority = .user) async
  where Channel.Element == Request {
    do {
      for try await request in channel { queue.add(request, priority: priority) }
    } catch {
      // The channel broke off: nothing more comes from it.
    }
  }
}

extension RequestController<ObjectKey> {
  /// Watches the kind that the controller is about.
  public func watch<Object: Resource>(primary informer: Informer<Object>, where predicate: Predicate<Object> = .any) {
    watch(informer, where: predicate) { change in change.object.map { [$0.key] } ?? [] }
  }

  /// Watches objects that the primary kind owns through `ownerReferences`: within one namespace, or from a
  /// cluster-scoped owner.
  /// - Parameters:
  ///   - owner: the owning kind; its version does not matter.
  ///   - controllerOnly: only the owner that is marked as the controller counts.
  public func watch<Object: Resource>(
    owned informer: Informer<Object>,
    by owner: ResourceType,
    controllerOnly: Bool = true,
    where predicate: Predicate<Object> = .any
  ) {
    watch(informer, where: predicate) { change in
      Array(Set(change.sides.flatMap { $0.metadata.owners(owner, controllerOnly: controllerOnly) }))
    }
  }
}

extension ObjectMeta {
  /// The keys of the owners of one kind.
  public func owners(_ type: ResourceType, controllerOnly: Bool = true) -> [ObjectKey] {
    (ownerReferences ?? []).compactMap { reference in
      let group = reference.apiVersion.split(separator: "/").dropLast().first.map(String.init) ?? ""
      guard reference.kind == type.kind, group == type.group, !controllerOnly || reference.controller == true else {
        return nil
      }
      return ObjectKey(namespace: type.isNamespaced ? namespace ?? "" : "", name: reference.name)
    }
  }
}
