import AtlasCore
import AtlasPorts
import Foundation

/// What others are told of labs, through the outbox.
enum LabEvent {
    /// What a grading came to.
    struct Outcome {
        let grade: LabGrader.Grade
        let attempt: Int
        let hintsSeen: [String: Int]
        let seed: Int
    }

    private static let queue = "analytics-events"

    private struct Payload: Encodable {
        let id: String
        let type: String
        let userId: String
        let labId: String
        let at: String
        var attempt: Int?
        var passed: Bool?
        var score: Double?
        var hintsSeen: Int?
        var seed: Int?
        var reason: String?
    }

    static func started(_ id: String, _ key: RunKey, seed: Int, at now: Timestamp) throws -> OutboxEvent {
        var payload = payload(id, "lab.started", key, now)
        payload.seed = seed
        return try event(payload, channel: nil)
    }

    static func stopped(_ id: String, _ key: RunKey, reason: String?, at now: Timestamp) throws -> OutboxEvent {
        var payload = payload(id, "lab.stopped", key, now)
        payload.reason = reason
        return try event(payload, channel: nil)
    }

    static func checked(_ id: String, _ key: RunKey, _ outcome: Outcome, at now: Timestamp) throws -> OutboxEvent {
        try event(graded(id, "lab.checked", key, outcome, now), channel: "progress:\(key.user)")
    }

    static func completed(_ id: String, _ key: RunKey, _ outcome: Outcome, at now: Timestamp) throws -> OutboxEvent {
        try event(graded(id, "lab.completed", key, outcome, now), channel: "progress:\(key.user)")
    }

    private static func graded(
        _ id: String,
        _ type: String,
        _ key: RunKey,
        _ outcome: Outcome,
        _ now: Timestamp
    ) -> Payload {
        var payload = payload(id, type, key, now)
        payload.attempt = outcome.attempt
        payload.passed = outcome.grade.isPassed
        payload.score = outcome.grade.scoreFraction
        payload.hintsSeen = outcome.hintsSeen.values.reduce(0, +)
        payload.seed = outcome.seed
        return payload
    }

    private static func payload(_ id: String, _ type: String, _ key: RunKey, _ now: Timestamp) -> Payload {
        Payload(id: id, type: type, userId: key.user.rawValue, labId: key.lab.rawValue, at: now.description)
    }

    private static func event(_ payload: Payload, channel: String?) throws -> OutboxEvent {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return OutboxEvent(
            id: payload.id,
            type: payload.type,
            queue: queue,
            channel: channel,
            payload: [UInt8](try encoder.encode(payload))
        )
    }
}
