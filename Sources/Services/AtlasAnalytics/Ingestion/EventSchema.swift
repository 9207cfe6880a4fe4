import AtlasAPI
import AtlasCore
import AtlasPorts

/// What clients may send: measurements, their types, and what belongs to them.
struct EventSchema: Sendable {
    let measurement: Measurement
    let types: Set<String>
    /// What the content must be; `nil` if there need not be any.
    let content: ContentKind?

    /// The longest time of one event.
    static let longest = 86_400_000

    /// What clients may send; `system_metrics` are Atlas's own.
    static let all: [String: EventSchema] = Dictionary(
        uniqueKeysWithValues: [
            EventSchema(
                measurement: .diagramInteractions,
                types: [
                    "opened", "closed", "node_opened", "edge_opened", "walked", "listened", "probe_opened", "simulated",
                    "searched", "exported",
                ],
                content: .diagram
            ),
            EventSchema(
                measurement: .labEvents,
                types: ["opened", "closed", "terminal_opened", "file_opened", "hint_opened"],
                content: .lab
            ),
            EventSchema(measurement: .tutorQueries, types: ["asked", "read", "rated", "source_opened"], content: nil),
        ].map { ($0.measurement.name, $0) }
    )

    /// What is wrong with an event; `nil` if nothing is.
    static func problem(_ event: NewEvent, now: Timestamp, kinds: [String: ContentKind]) -> String? {
        guard isName(event.id) else { return "The id has not 1 to 64 letters, digits, - and _." }
        guard let schema = all[event.measurement] else {
            return event.measurement == Measurement.systemMetrics.name
                ? "system_metrics are written by Atlas itself."
                : "There is no measurement “\(event.measurement.prefix(64))”."
        }
        guard schema.types.contains(event.type) else {
            return "\(event.measurement) has no type “\(event.type.prefix(64))”."
        }
        if let problem = schema.problem(of: event.content, kinds) { return problem }
        if let duration = event.durationMilliseconds, !(0...longest).contains(duration) {
            return "durationMs is not from 0 to \(longest)."
        }
        if let value = event.value, !value.isFinite || value.magnitude > 1e12 {
            return "The value is not between -10¹² and 10¹²."
        }
        guard event.at <= now + AnalyticsLimits.ahead else { return "It is ahead of Atlas's clock." }
        guard event.at > now + .seconds(-AnalyticsLimits.pastDays * 86_400) else {
            return "It is more than \(AnalyticsLimits.pastDays) days old."
        }
        return nil
    }

    private func problem(of content: String?, _ kinds: [String: ContentKind]) -> String? {
        guard let wanted = self.content else {
            guard let content else { return nil }
            return kinds[content] == nil ? "There is no “\(content.prefix(64))”." : nil
        }
        guard let content else { return "\(measurement.name) needs a contentId." }
        return kinds[content] == wanted ? nil : "There is no \(wanted.rawValue) “\(content.prefix(64))”."
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 95
            }
    }
}

/// A batch on its way through the queue.
struct EventBatch: Codable, Sendable {
    /// One event, its names short: five hundred of them are one message.
    struct Event: Codable, Sendable {
        let i: String
        let m: String
        let t: String
        let a: Int64
        let c: String?
        let d: Int?
        let v: Double?

        init(_ event: NewEvent) {
            i = event.id
            m = event.measurement
            t = event.type
            a = event.at.milliseconds
            c = event.content
            d = event.durationMilliseconds
            v = event.value
        }

        /// The point that is stored; `nil` for a measurement of another version.
        func point(of user: String) -> TimePoint? {
            guard let measurement = EventSchema.all[m]?.measurement, measurement.tags.count == 3,
                measurement.fields.count == 2
            else { return nil }
            var fields: [String: Double] = [:]
            if let d { fields[measurement.fields[0]] = Double(d) }
            if let v { fields[measurement.fields[1]] = v }
            return TimePoint(
                m,
                tags: [measurement.tags[0]: user, measurement.tags[1]: c ?? "", measurement.tags[2]: t],
                fields: fields,
                time: Timestamp(milliseconds: a),
                id: Hash.of("\(user)/\(i)")
            )
        }
    }

    let user: String
    let events: [Event]
}
