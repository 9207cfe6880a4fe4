/// Something that is measured, as Prometheus reads it.
///
/// ```swift
/// Metric("atlas_outbox_waiting", .gauge, "Messages that are stored but not passed on.", 12)
/// ```
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4.
public struct Metric: Sendable {
    /// How its values are meant.
    public enum Kind: String, Sendable {
        /// Only grows while the process lives.
        case counter
        case gauge
        case histogram
    }

    /// One of its values.
    public struct Sample: Sendable {
        /// What follows the metric's name, as `_sum` does in a histogram.
        var suffix = ""
        /// Names and values that tell it from the others.
        public var labels: [(name: String, value: String)]
        /// In the metric's unit.
        public var value: Double

        /// A value.
        public init(_ labels: [(name: String, value: String)], _ value: Double) {
            self.labels = labels
            self.value = value
        }
    }

    /// The name, of letters, digits and `_`; its unit last, then `_total` for a counter.
    public let name: String
    /// How its values are meant.
    public let kind: Kind
    /// What it is, in one sentence.
    public let help: String
    /// Its values.
    public var samples: [Sample]

    /// A metric with several values.
    public init(_ name: String, _ kind: Kind, _ help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A metric with one value.
    public init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        self.init(name, kind, help, samples: [Sample([], Double(value))])
    }

    /// All metrics as text.
    static func text(_ metrics: [Metric]) -> String {
        var text = ""
        for metric in metrics where !metric.samples.isEmpty {
            text += "# HELP \(metric.name) \(escaped(metric.help))\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for sample in metric.samples {
                text += metric.name + sample.suffix
                let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
                if !labels.isEmpty { text += "{" + labels.joined(separator: ",") + "}" }
                text += " \(number(sample.value))\n"
            }
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
