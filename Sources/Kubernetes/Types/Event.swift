public import Foundations

/// events.k8s.io/v1 Event. The API demands the initializer's parameters for new events; events from the core group lack
/// some of them.
public struct Event: Resource {
  public static let resourceType = ResourceType(
    group: "events.k8s.io",
    version: "v1",
    kind: "Event",
    plural: "events"
  )
  public var metadata: ObjectMeta
  public var eventTime: MicroTimestamp?
  public var series: Series?
  public var reportingController: String?
  public var reportingInstance: String?
  public var action: String?
  public var reason: String?
  public var regarding: ObjectReference?
  public var note: String?
  /// `Normal` or `Warning`.
  public var type: String?

  public init(
    metadata: ObjectMeta,
    eventTime: MicroTimestamp,
    reportingController: String,
    reportingInstance: String,
    action: String,
    reason: String,
    regarding: ObjectReference,
    note: String,
    type: String
  ) {
    self.metadata = metadata
    self.eventTime = eventTime
    self.reportingController = reportingController
    self.reportingInstance = reportingInstance
    self.action = action
    self.reason = reason
    self.regarding = regarding
    self.note = note
    self.type = type
  }

  public struct Series: Codable, Sendable, Hashable {
    public var count: Int?
    public var lastObservedTime: MicroTimestamp?
    public init(count: Int, lastObservedTime: MicroTimestamp) {
      self.count = count
      self.lastObservedTime = lastObservedTime
    }
  }
}

/// v1 ObjectReference. The API requires none of its members.
public struct ObjectReference: Codable, Sendable, Hashable {
  public var apiVersion: String?
  public var kind: String?
  public var namespace: String?
  public var name: String?
  public var uid: String?
  public var resourceVersion: String?
  public init<Object: Resource>(_ object: Object) {
    apiVersion = Object.resourceType.apiVersion
    kind = Object.resourceType.kind
    namespace = object.metadata.namespace
    name = object.key.name
    uid = object.metadata.uid
  }
}

/// v1 Event, for servers without events.k8s.io/v1.
public struct CoreEvent: Resource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Event", plural: "events")
  public var metadata: ObjectMeta
  public var involvedObject: ObjectReference?
  public var reason: String?
  public var message: String?
  /// `Normal` or `Warning`.
  public var type: String?
  public var source: Source?
  public var firstTimestamp: Timestamp?
  public var lastTimestamp: Timestamp?
  public var count: Int?
  public var action: String?
  public var reportingComponent: String?
  public var reportingInstance: String?

  public struct Source: Codable, Sendable, Hashable {
    public var component: String?
    public var host: String?
    public init(component: String?, host: String? = nil) {
      self.component = component
      self.host = host
    }
  }

  /// Converts the event to the core group.
  public init(_ event: Event) {
    metadata = event.metadata
    involvedObject = event.regarding
    reason = event.reason
    message = event.note
    type = event.type
    source = Source(component: event.reportingController)
    firstTimestamp = event.eventTime?.time
    lastTimestamp = event.series?.lastObservedTime?.time ?? event.eventTime?.time
    count = event.series?.count ?? 1
    action = event.action
    reportingComponent = event.reportingController
    reportingInstance = event.reportingInstance
  }
}
