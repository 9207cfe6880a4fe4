import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// What others are told of an answer, as JSON; never what was asked or said.
enum TutorEvent {
    private struct Payload: Encodable {
        let id: String
        let type: String
        let userId: String
        let answerId: String
        let contentId: String?
        let move: String
        let hintLevel: Int
        /// How much a right answer that follows still says of the learner: 1 without help, 0 once the answer was said.
        let evidenceWeight: Double
        /// The review item that was helped with.
        let itemId: String?
        let abstained: Bool
        let durationMs: Int
        let tokens: Int
        let at: String
    }

    static func answered(
        _ answer: TutorAnswer,
        content: String?,
        item: ReviewItemID?,
        user: UserID,
        id: String,
        at: Timestamp
    ) throws -> OutboxEvent {
        let payload = Payload(
            id: id,
            type: "tutor.answered",
            userId: user.rawValue,
            answerId: answer.id.rawValue,
            contentId: content,
            move: answer.move.rawValue,
            hintLevel: answer.hintLevel,
            evidenceWeight: evidenceWeight(answer.hintLevel),
            itemId: item?.rawValue,
            abstained: answer.abstained,
            durationMs: answer.milliseconds,
            tokens: answer.tokens,
            at: at.description
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return OutboxEvent(
            id: id,
            type: payload.type,
            queue: "analytics-events",
            channel: nil,
            payload: [UInt8](try encoder.encode(payload))
        )
    }

    static func evidenceWeight(_ hintLevel: Int) -> Double { 1 - Double(min(max(hintLevel, 0), 5)) / 5 }
}
