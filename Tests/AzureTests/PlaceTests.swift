import Azure
import Testing

@Suite struct PlaceTests {
  @Test func isThere() { #expect("\(Azure.self)" == "Azure") }
}
