public struct TaintEffect: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let noSchedule = TaintEffect(rawValue: "NoSchedule")
  public static let preferNoSchedule = TaintEffect(rawValue: "PreferNoSchedule")
  public static let noExecute = TaintEffect(rawValue: "NoExecute")
  public static let allCases = [noSchedule, preferNoSchedule, noExecute]
}

public struct AccessRole: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let clusterAdmin = AccessRole(rawValue: "cluster-admin")
  public static let admin = AccessRole(rawValue: "admin")
  public static let edit = AccessRole(rawValue: "edit")
  public static let view = AccessRole(rawValue: "view")
  public static let allCases = [clusterAdmin, admin, edit, view]
}

/// The kind of an object in Entra ID.
public struct ObjectType: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let user = ObjectType(rawValue: "User")
  public static let group = ObjectType(rawValue: "Group")
  public static let servicePrincipal = ObjectType(rawValue: "ServicePrincipal")
  public static let allCases = [user, group, servicePrincipal]
}

public struct ControlPlaneLog: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let allCases = ["api", "audit", "authenticator", "controllerManager", "scheduler"].map {
    ControlPlaneLog(rawValue: $0)
  }
}

public struct ReleaseChannel: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let rapid = ReleaseChannel(rawValue: "Rapid")
  public static let regular = ReleaseChannel(rawValue: "Regular")
  public static let stable = ReleaseChannel(rawValue: "Stable")
  public static let allCases = [rapid, regular, stable]
}
