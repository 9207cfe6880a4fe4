import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// What others are told, as JSON.
enum ReviewEvent {
    private struct Payload: Encodable {
        let id: String
        let type: String
        let userId: String
        var reviewId: String?
        var answerId: String?
        var undoes: String?
        var undoesAnswer: String?
        var undoneAt: String?
        let itemId: String
        var contentKind: String?
        var contentId: String?
        var category: String?
        var topics: [String]?
        var skill: String?
        var rating: Int?
        var correct: Bool?
        var durationMs: Int64?
        var answered: Bool?
        let at: String

        mutating func describe(_ item: ReviewItem?) {
            guard let item else { return }
            contentKind = item.contentKind.rawValue
            contentId = item.contentID
            category = item.category
            topics = item.topics
            skill = item.skill.rawValue
        }
    }

    static func answered(
        _ answer: NewAnswer,
        _ item: ReviewItem,
        _ isCorrect: Bool,
        user: UserID,
        id: String,
        at: Timestamp
    ) -> OutboxEvent {
        var payload = Payload(
            id: id,
            type: "item.answered",
            userId: user.rawValue,
            itemId: item.id.rawValue,
            at: at.description
        )
        payload.answerId = answer.id
        payload.correct = isCorrect
        payload.describe(item)
        return event(payload)
    }

    /// - Parameters:
    ///   - item: `nil` if it is gone.
    ///   - grade: What an answer of the same encounter was; its event was sent with it.
    static func recorded(
        _ review: NewReview,
        _ item: ReviewItem?,
        isCorrect: Bool,
        wasAnswered: Bool,
        user: UserID,
        id: String
    ) -> OutboxEvent {
        var payload = Payload(
            id: id,
            type: "review.recorded",
            userId: user.rawValue,
            itemId: review.item.rawValue,
            at: review.at.description
        )
        payload.reviewId = review.id
        payload.rating = review.rating?.rawValue
        payload.correct = isCorrect
        payload.durationMs = review.duration.wholeMilliseconds
        payload.answered = wasAnswered
        payload.describe(item)
        return event(payload)
    }

    /// - Parameters:
    ///   - undone: The event that told of the review; `nil` if it has not come.
    ///   - answer: The event that told of the answer of the same encounter.
    ///   - reviewedAt: When the review was.
    static func undone(
        _ review: NewReview,
        event undone: String?,
        answer: String?,
        reviewedAt: Timestamp,
        user: UserID,
        id: String
    ) -> OutboxEvent {
        var payload = Payload(
            id: id,
            type: "review.undone",
            userId: user.rawValue,
            itemId: review.item.rawValue,
            at: review.at.description
        )
        payload.reviewId = review.undoes
        payload.undoes = undone
        payload.undoesAnswer = answer
        payload.undoneAt = reviewedAt.description
        return event(payload)
    }

    private static func event(_ payload: Payload) -> OutboxEvent {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and flags always have a form as JSON.
        let bytes = (try? encoder.encode(payload)).map(Array.init) ?? []
        return OutboxEvent(
            id: payload.id,
            type: payload.type,
            queue: "analytics-events",
            channel: "progress:\(payload.userId)",
            payload: bytes
        )
    }
}
