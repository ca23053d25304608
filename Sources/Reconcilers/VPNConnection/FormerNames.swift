/// For code that is on its way to main under the former names; the last of it removes this file.
typealias VPNConnectionChecks = GatewayChecks
typealias VPNConnectionFacts = GatewayFacts
typealias VPNConnectionPlan = GatewayPlan
typealias VPNConnectionConditions = GatewayConditions
