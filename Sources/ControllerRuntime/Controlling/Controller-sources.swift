internal import Foundations
public import Kubernetes

extension RequestController {
  /// Enqueues the requests that `keys` derives from every change that `informer` reports while the controller runs.
  ///
  /// When the controller starts, every object in the informer is reported as an initial change, at background priority
  /// unless somebody waits for it. Earlier deletions are not reported: a reconciler finds what a deleted object left
  /// behind through the objects that it owned.
  /// - Parameters:
  ///   - predicate: selects the changes that count.
  ///   - awaited: selects the initial changes that somebody waits for, for example those of objects whose status speaks of
  ///     an older generation. After a restart their requests come before those of thousands that are as they should be.
  ///   - delay: collects changes for this long, if one reconcile can serve many.
  ///   - keys: receives the object before and after the change, so that a re-pointed reference wakes both ends.
  public func watch<Object: Resource>(
    _ informer: Informer<Object>,
    where predicate: Predicate<Object> = .any,
    awaited: Predicate<Object> = !.any,
    after delay: Duration = .zero,
    keys: @escaping @Sendable (Change<Object>) -> [Request]
  ) {
    let queue = queue
    registry.expect(informer.wiring)
    addSource {
      informer.onChange { changes in
        for priority in WorkPriority.allCases {
          let concerned = changes.filter { change in
            let isUrgent = !change.isInitial || awaited.accepts(change)
            return isUrgent == (priority == .user) && predicate.accepts(change)
          }
          let requests = concerned.flatMap(keys)
          guard !requests.isEmpty else { continue }
          if delay > .zero {
            for request in requests { queue.add(request, after: delay, priority: priority) }
          } else {
            queue.add(requests, priority: priority)
          }
        }
      }
    }
  }

  /// Enqueues the requests that arrive on a channel until it ends or the task is cancelled, for example from something
  /// that polls outside the cluster. Add it to `Manager.addBackground`. Nothing is taken from the channel before the
  /// controller runs, so limit how much the channel itself may hold until then.
  public func watch<Channel: AsyncSequence & Sendable>(channel: Channel, priority: WorkPriority = .user) async
  where Channel.Element == Request {
    await waitUntilConnected()
    guard !Task.isCancelled else { return }
    do {
      for try await request in channel { queue.add(request, priority: priority) }
    } catch {
      // The channel failed and delivers nothing more.
    }
  }
}

extension RequestController {
  /// Calls `source` when the controller runs, or at once if it does already.
  func addSource(_ source: @escaping @Sendable () -> Void) {
    let isConnected = sources.withLock { sources in
      sources?.append(source)
      return sources == nil
    }
    if isConnected { source() }
  }

  /// Connects the queue to its sources.
  func connect() {
    let waiting = sources.withLock { sources in
      defer { sources = nil }
      return sources ?? []
    }
    for source in waiting { source() }
    connected.open()
  }

  /// Waits until the controller runs or the task is cancelled.
  func waitUntilConnected() async { await connected.wait() }
}

extension RequestController<ObjectKey> {
  /// Watches the objects that the controller reconciles.
  public func watch<Object: Resource>(primary informer: Informer<Object>, where predicate: Predicate<Object> = .any) {
    watch(informer, where: predicate) { change in change.object.map { [$0.key] } ?? [] }
  }

  /// Watches objects that the primary kind owns through `ownerReferences`, within one namespace or from a
  /// cluster-scoped owner.
  /// - Parameters:
  ///   - owner: the owning kind; its version does not matter.
  ///   - controllerOnly: whether only the owner marked as the controller counts.
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
  /// The keys of owners of one kind.
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
