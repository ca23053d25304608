import Testing

@testable import ControllerRuntime

@Suite struct MetricsRegistryTests {
  private let registry = MetricsRegistry()

  @Test func theTextIsThatOfPrometheus() {
    registry.add("b_total", ["code": "200", "a": "x"], by: 2, help: "Things")
    registry.add("b_total", ["code": "500", "a": "x"], help: "Things")
    registry.set("a", to: 0.5, help: "A gauge")
    #expect(
      registry.exposition() == """
        # HELP a A gauge
        # TYPE a gauge
        a 0.5
        # HELP b_total Things
        # TYPE b_total counter
        b_total{a="x",code="200"} 2
        b_total{a="x",code="500"} 1

        """
    )
  }

  @Test func bucketsAddUpAndABoundBelongsToItsBucket() {
    for value in [0.5, 1, 1.5, 99] { registry.observe("h", ["n": "x"], value, bounds: [1, 2], help: "H") }
    #expect(
      registry.exposition() == """
        # HELP h H
        # TYPE h histogram
        h_bucket{n="x",le="1"} 2
        h_bucket{n="x",le="2"} 3
        h_bucket{n="x",le="+Inf"} 4
        h_sum{n="x"} 102
        h_count{n="x"} 4

        """
    )
  }

  @Test func whateverStandsInALabelTheTextStaysWhole() {
    registry.set("g", ["l": "a\"b\\c\nd"], to: 1, help: "with \"quotes\"\nand \\")
    #expect(
      registry.exposition() == """
        # HELP g with "quotes"\\nand \\\\
        # TYPE g gauge
        g{l="a\\"b\\\\c\\nd"} 1

        """
    )
  }

  @Test func aCounterOnlyGrows() {
    registry.add("c", by: 3, help: "C")
    registry.add("c", by: -1, help: "C")
    registry.add("c", by: .nan, help: "C")
    #expect(registry.value("c") == 3)
  }

  @Test func oddNumbersAreWrittenAsPrometheusReadsThem() {
    registry.set("a", to: .nan, help: "")
    registry.set("b", to: .infinity, help: "")
    registry.set("c", to: -.infinity, help: "")
    registry.set("d", to: 1e300, help: "")
    let lines = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines == ["a NaN", "b +Inf", "c -Inf", "d 1e+300"])
    registry.observe("h", [:], .nan, bounds: [1], help: "")
    #expect(registry.value("h") == 0)
  }

  @Test func seriesBeyondTheMostThatAreKeptAreCounted() {
    for number in 0..<(MetricsRegistry.maximumSeries + 5) {
      registry.add("c", ["n": "\(number)"], help: "C")
    }
    registry.add("c", ["n": "0"], help: "C")
    #expect(registry.value("c", ["n": "0"]) == 2)
    #expect(registry.value("c", ["n": "\(MetricsRegistry.maximumSeries)"]) == nil)
    #expect(registry.value("metrics_series_dropped_total", ["metric": "c"]) == 5)
    registry.remove("c", ["n": "1"])
    registry.add("c", ["n": "new"], help: "C")
    #expect(registry.value("c", ["n": "new"]) == 1)
  }

  @Test func oneNameIsOneKindForEver() {
    registry.add("c", help: "C")
    registry.set("c", to: 9, help: "C")
    registry.observe("c", [:], 9, help: "C")
    #expect(registry.value("c") == 1)
  }

  @Test func whatIsCheaperToReadIsReadWhenAsked() {
    registry.beforeExposition { [registry] in registry.set("late", to: 7, help: "L") }
    #expect(registry.value("late") == nil)
    #expect(registry.exposition().contains("\nlate 7\n"))
  }

  @Test func theProcessIsDescribed() throws {
    ProcessMetrics.register(in: registry)
    _ = registry.exposition()
    #expect(try #require(registry.value("process_resident_memory_bytes")) > 1e6)
    #expect(try #require(registry.value("process_open_fds")) >= 3)
    #expect(try #require(registry.value("process_max_fds")) >= 3)
    #expect(try #require(registry.value("process_cpu_seconds_total")) > 0)
    #expect(try #require(registry.value("process_start_time_seconds")) > 1.7e9)
  }
}
