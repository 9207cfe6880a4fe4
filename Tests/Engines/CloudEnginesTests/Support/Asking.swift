import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Synchronization

/// The pauses that an engine would have made.
final class Pauses: Sendable {
    private let made = Mutex<[Duration]>([])

    var all: [Duration] { made.withLock { $0 } }

    /// Retries that wait for nothing, and whose guesses are not shortened.
    func retries(clock: any WallClock = ManualClock()) -> Retries {
        Retries(clock: clock, random: { 0 }, pause: { [self] pause in made.withLock { $0.append(pause) } })
    }
}

/// What came of a question.
struct Asked: Sendable {
    var events: [ModelEvent] = []
    var problem: ModelProblem?

    /// The words, one after the other.
    var text: String {
        events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    /// The end.
    var finished: (stop: ModelStop, usage: ModelUsage)? {
        guard case .finished(let stop, let usage)? = events.last else { return nil }
        return (stop, usage)
    }

    /// What was counted last.
    var counted: ModelUsage? {
        events.compactMap { if case .counted(let usage) = $0 { usage } else { nil } }.last
    }

    init(_ model: some LanguageModel, _ request: ModelRequest) async throws {
        do {
            for try await event in model.answer(request) { events.append(event) }
        } catch let problem as ModelProblem {
            self.problem = problem
        }
    }
}

extension ModelRequest {
    /// A question with two records.
    static let example = ModelRequest(
        instructions: "You are a tutor.",
        move: "Give a hint.",
        messages: [
            ModelMessage(
                .user,
                [
                    .record(id: "diagram/cache/node/db", title: "Database", text: "RECORD-A keeps every row."),
                    .record(id: "diagram/cache/node/cache", title: "Cache", text: "RECORD-B forgets the oldest."),
                    .text("What does the cache do?"),
                ]
            )
        ],
        maximumTokens: 500,
        userKey: "u1"
    )
}

extension ClaudeDouble {
    /// A model that asks this double, waiting for nothing.
    func model(_ pauses: Pauses = Pauses(), timeouts: CloudTimeouts = CloudTimeouts()) throws -> ClaudeModel {
        ClaudeModel(
            try ClaudeSettings(key: Self.key, model: "claude-double", address: url, timeouts: timeouts),
            retries: pauses.retries()
        )
    }
}

/// Numbers that are the same each time.
struct SmallGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
