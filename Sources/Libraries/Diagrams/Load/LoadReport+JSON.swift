extension LoadReport {
    /// The report as JSON, the same bytes on every platform; the shape is described in docs/load-model.md.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the report as the next value.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("seed", Double(scenario.seed))
            writer.field("seconds", seconds)
            writer.field("interval", scenario.interval)
            writer.field("stopped", stopped)
            writer.key("user")
            writeUsers(&writer)
            writer.key("nodes")
            writer.array(nodes) { $1.write(to: &$0) }
            writer.key("edges")
            writer.array(edges) { $1.write(to: &$0) }
            writer.key("total")
            writeTotal(&writer)
            writer.key("findings")
            writer.array(findings) { writer, finding in
                writer.object { writer in
                    writer.field("kind", finding.kind.rawValue)
                    if let at = finding.at { writer.field("at", at) }
                    if let node = finding.node { writer.field("node", node) }
                    if let edge = finding.edge { writer.field("edge", edge) }
                    writer.field("text", finding.text)
                }
            }
            writer.key("scenario")
            scenario.write(to: &writer)
        }
    }

    private func writeUsers(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.integers("offered", users.map { $0.offered })
            writer.integers("good", users.map { $0.good })
            writer.integers("late", users.map { $0.late })
            writer.integers("failed", users.map { $0.failed })
            writer.integers("degraded", users.map { $0.degraded })
            writer.numbers("errorRate", users.map { $0.errorRate })
            writer.numbers("p50", users.map { $0.p50 })
            writer.numbers("p99", users.map { $0.p99 })
        }
    }

    private func writeTotal(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("offered", total.offered)
            writer.field("good", total.good)
            writer.field("late", total.late)
            writer.field("failed", total.failed)
            writer.field("inFlight", inFlight)
            writer.field("degraded", total.degraded)
            writer.rounded("errorRate", total.errorRate)
            writer.rounded("meanMs", mean)
            writer.rounded("p50", total.p50)
            writer.rounded("p99", total.p99)
            writer.field("events", events)
        }
    }
}

extension LoadReport.Node {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", id)
            writer.field("name", name)
            writer.field("kind", kind.rawValue)
            writer.integers("arrivals", samples.map { $0.arrivals })
            writer.integers("served", samples.map { $0.served })
            writer.integers("failed", samples.map { $0.failed })
            writer.integers("timedOut", samples.map { $0.timedOut })
            writer.integers("retried", samples.map { $0.retried })
            writer.numbers("queueMean", samples.map { $0.queueMean })
            writer.integers("queueMax", samples.map { $0.queueMax })
            writer.numbers("utilisation", samples.map { $0.utilisation })
            writer.numbers("p50", samples.map { $0.p50 })
            writer.numbers("p99", samples.map { $0.p99 })
            writer.field("state", samples.map { $0.state.rawValue })
            if total.hitRatio != nil { writer.numbers("hitRatio", samples.map { $0.hitRatio ?? 0 }) }
            writer.key("total")
            writer.object { writer in
                writer.field("arrivals", total.arrivals)
                writer.field("served", total.served)
                writer.field("failed", total.failed)
                writer.field("timedOut", total.timedOut)
                writer.field("retried", total.retried)
                writer.field("inFlight", inFlight)
                writer.rounded("queueMean", total.queueMean)
                writer.field("queueMax", total.queueMax)
                writer.rounded("utilisation", total.utilisation)
                writer.rounded("meanMs", total.mean)
                writer.rounded("meanWaitMs", total.meanWait)
                writer.rounded("p50", total.p50)
                writer.rounded("p99", total.p99)
            }
        }
    }
}

extension LoadReport.Edge {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", id)
            writer.integers("calls", samples.map { $0.calls })
            writer.integers("failed", samples.map { $0.failed })
            writer.integers("timedOut", samples.map { $0.timedOut })
            writer.integers("retried", samples.map { $0.retried })
            if total.breaker != nil { writer.field("breaker", samples.map { ($0.breaker ?? .closed).rawValue }) }
            writer.key("total")
            writer.object { writer in
                writer.field("calls", total.calls)
                writer.field("failed", total.failed)
                writer.field("timedOut", total.timedOut)
                writer.field("retried", total.retried)
                writer.field("withheld", total.withheld)
                writer.field("refused", total.refused)
                writer.field("fallbacks", total.fallbacks)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func integers(_ name: StaticString, _ values: [Int]) {
        key(name)
        array(values) { $0.integer($1) }
    }

    fileprivate mutating func numbers(_ name: StaticString, _ values: [Double]) {
        key(name)
        array(values) { $0.number(thousandths($1)) }
    }

    fileprivate mutating func rounded(_ name: StaticString, _ value: Double) {
        field(name, thousandths(value))
    }
}

/// Rounded, so that reports stay short.
private func thousandths(_ value: Double) -> Double {
    value < 1e9 ? (value * 1_000).rounded() / 1_000 : value
}
