import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation
import Learning
import Synchronization

/// The knowledge model in memory, as the database has it.
///
/// Each answer that is learned from gets a number; the parts of the model that it changed are stored under that number in
/// the transaction that stores the answer. A process that is behind reads the parts with greater numbers. So the model is
/// never lost, needs no snapshots, and is the same in every process.
final class KnowledgeKeeper: Sendable {
    private struct Known {
        var model = KnowledgeModel(.lag2)
        var seq: Int64 = 0
    }

    private let database: any Database
    /// `nil` until it is needed (it takes 16 MiB), and after a transaction that failed.
    private let known = Mutex<Known?>(nil)

    init(database: any Database) {
        self.database = database
    }

    /// What one answer did.
    struct Learned: Sendable {
        let predicted: Double
        let parts: [KnowledgeModel.Part]
    }

    /// Brings the model up to the newest answer.
    ///
    /// - Parameter isExact: Whether the primary is asked, as is needed before learning; a replica may lag behind.
    /// - Returns: The number of the newest answer.
    @discardableResult
    func catchUp(isExact: Bool = false) async throws -> Int64 {
        let mine = known.withLock { $0?.seq ?? 0 }
        let news: @Sendable (any SQLSession) throws -> (head: Int64, rows: [Row]) = { session in
            let head = try session.rows("SELECT seq FROM evidence_head WHERE id = 1").first?.int64("seq") ?? 0
            guard head > mine else { return (head, []) }
            return (head, try session.rows("SELECT kind, id, weights FROM knowledge_weights WHERE seq > \(mine)"))
        }
        let (head, rows) = isExact ? try await database.write(news) : try await database.read(news)
        guard head > mine else { return head }
        try known.withLock { known in
            var newest = known.take() ?? Known()
            // It may have been forgotten meanwhile: what was read goes with nothing then.
            guard newest.seq >= mine else { return }
            // Or somebody else has caught up.
            if newest.seq < head {
                for row in rows { try Self.restore(row, in: &newest.model) }
                newest.seq = head
            }
            known = newest
        }
        return head
    }

    /// Predicts an answer and learns from it.
    ///
    /// Until `confirm`, the database does not know; after a failure, `forget`.
    func learn(item: String, skills: [UInt64], isCorrect: Bool, learner: inout LearnerState) -> Learned {
        known.withLock { known in
            var newest = known.take() ?? Known()
            let number = Hash.of("item:" + item)
            let parts = newest.model.touched(item: number, skills: skills, learner: learner)
            let predicted = newest.model.answer(item: number, skills: skills, isCorrect: isCorrect, learner: &learner)
            known = newest
            return Learned(predicted: predicted, parts: parts)
        }
    }

    /// What a learner is who gave these answers, in their order, by the model as it is now; the model learns nothing.
    func replay(_ answers: [KnownAnswer]) -> LearnerState {
        known.withLock { known in
            var newest = known.take() ?? Known()
            var learner = LearnerState()
            for answer in answers {
                _ = newest.model.answer(
                    item: Hash.of("item:" + answer.item),
                    skills: Self.skills(category: answer.category, skill: answer.skill, topics: answer.topics),
                    isCorrect: answer.isCorrect,
                    learner: &learner,
                    learns: false
                )
            }
            known = newest
            return learner
        }
    }

    /// The bytes of some parts, to be stored.
    func bytes(of parts: Set<KnowledgeModel.Part>) -> [(part: KnowledgeModel.Part, bytes: [UInt8])] {
        known.withLock { known in
            guard let known else { return [] }
            return parts.map { ($0, Self.bytes(known.model[$0])) }
        }
    }

    /// The database has everything up to `seq`.
    func confirm(_ seq: Int64) {
        known.withLock { $0?.seq = seq }
    }

    /// Something was not stored: the model is read anew when it is needed.
    func forget() {
        known.withLock { $0 = nil }
    }

    /// The chance of a right answer to each item, given with its skills.
    func predict(_ items: [(item: String, skills: [UInt64])], learner: LearnerState) -> [Double] {
        known.withLock { known in
            let model = known?.model ?? KnowledgeModel(.base)
            return items.map { model.predict(item: Hash.of("item:" + $0.item), skills: $0.skills, learner: learner) }
        }
    }

    /// What is believed of skills.
    func mastery(of skills: [UInt64], learner: LearnerState) -> [Mastery] {
        known.withLock { known in
            let model = known?.model ?? KnowledgeModel(.base)
            return skills.map { model.mastery(of: $0, learner: learner) }
        }
    }

    /// The skills of the model that an answer belongs to: its cell of the map, and its topics.
    static func skills(category: String, skill: Skill, topics: [String]) -> [UInt64] {
        [cell(category, skill)] + topics.map(topic)
    }

    static func cell(_ category: String, _ skill: Skill) -> UInt64 { Hash.of("cell:\(category)/\(skill.rawValue)") }

    static func topic(_ name: String) -> UInt64 { Hash.of("topic:\(name)") }

    static func bytes(_ numbers: [Double]) -> [UInt8] {
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(8 * $0)) } }
    }

    static func numbers(_ bytes: [UInt8]) -> [Double]? {
        guard bytes.count.isMultiple(of: 8) else { return nil }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
        }
    }

    private static func restore(_ row: Row, in model: inout KnowledgeModel) throws {
        let number = try row.int64("kind")
        let id = UInt64(bitPattern: try row.int64("id"))
        guard let kind = UInt8(exactly: number).flatMap(KnowledgeModel.Part.Kind.init(rawValue:)),
            let weights = numbers(try row.bytes("weights")),
            model.restore(weights, of: KnowledgeModel.Part(kind: kind, id: id))
        else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "weights \(number)/\(id) of the knowledge model cannot be read"
            )
        }
    }
}
