import Testing

@testable import ControllerRuntime

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0.5", "500m"), ("1", "1000m"), ("1024Mi", "1Gi"), ("1e3", "1k"), ("1E3", "1000"), ("1.5Gi", "1536Mi"),
    ("+2", "2"), ("100n", "0.1u"), ("0", "0m"), ("1E", "1000P"), ("1Ei", "1024Pi"), ("12e-3", "12m"), (".5", "500m"),
    ("5.", "5"), ("-500m", "-0.5"), ("0.0000000001", "1n"),
  ])
  func theseAreTheSame(_ left: String, _ right: String) throws {
    #expect(try #require(Quantity(left)) == #require(Quantity(right)))
  }

  @Test(arguments: [("1", "1m"), ("1k", "1Ki"), ("1M", "1m"), ("64Mi", "64M"), ("1", "-1")])
  func theseDiffer(_ left: String, _ right: String) throws {
    #expect(try #require(Quantity(left)) != #require(Quantity(right)))
  }

  @Test(arguments: [("1m", "1"), ("64M", "64Mi"), ("999m", "1"), ("-1", "0"), ("1Gi", "1e10")])
  func theFirstIsSmaller(_ left: String, _ right: String) throws {
    #expect(try #require(Quantity(left)) < #require(Quantity(right)))
    #expect(try #require(Quantity(right)) > #require(Quantity(left)))
  }

  @Test(arguments: [
    "", "Mi", ".", "-", "1.2.3", "1 Mi", "1mi", "1KB", "e3", "1e", "1e99", "1e-99", "abc", "1_000", "٣",
    "99999999999999999999999999999", "9999999999999999999999999999Ei",
  ])
  func theseAreNone(_ text: String) {
    #expect(Quantity(text) == nil)
  }
}
