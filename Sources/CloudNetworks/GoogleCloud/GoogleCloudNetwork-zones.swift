internal import Cloud
internal import GoogleCloud

extension GoogleCloudNetwork {
  /// Reads private zones. A refusal is stored, because missing rights in Cloud DNS, or a project where it is off, must
  /// not keep the rest of the network from being maintained.
  func gatherZones(_ desired: DesiredNetwork, _ observed: inout GoogleCloudObserved) async throws(CloudError) {
    let dns = dns.inProject(observed.project)
    do throws(CloudError) {
      let zones = try await dns.zones()
      for zone in zones where GoogleCloudMark.role(in: zone.description, of: desired.mark) != nil {
        observed.records[zone.name] = try await dns.records(ofZone: zone.name)
      }
      observed.zones = zones
    } catch {
      guard error.kind == .forbidden else { throw error }
      observed.zonesRefusal = error
    }
  }
}
