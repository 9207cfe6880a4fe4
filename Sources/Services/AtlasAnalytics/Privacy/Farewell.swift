import AtlasCore
import AtlasPorts
import Foundation

/// The last thing that is told of an account, behind all that was on its way when it was deleted.
///
/// What waits in a queue is stored when it is taken from there; the farewell comes after it and takes it away again.
struct Farewell: Codable, Sendable, Equatable {
    private static let name = "account.deleted"

    private let type: String
    private let userId: String

    var user: UserID { UserID(userId) }

    init(_ user: UserID) {
        type = Self.name
        userId = user.rawValue
    }

    /// Reads a message; `nil` for anything else.
    init?(_ payload: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(payload)), read.type == Self.name else {
            return nil
        }
        self = read
    }

    /// Hands it to every queue that brings something of accounts.
    func send(through database: any Database, ids: any IDSource, at now: Timestamp) async throws {
        let payload = [UInt8](try JSONEncoder().encode(self))
        let events = [LearningAnalytics.activityQueue, LearningAnalytics.eventQueue].map { queue in
            OutboxEvent(id: ids.next(), type: type, queue: queue, channel: nil, payload: payload)
        }
        try await database.write { session in
            for event in events { try Outbox.append(event, at: now, in: session) }
        }
    }

    /// Parts a batch into what is to be stored and whose data is to go then.
    static func parted(_ deliveries: [Delivery]) -> (stored: [Delivery], gone: [UserID]) {
        var (stored, gone): ([Delivery], [UserID]) = ([], [])
        for delivery in deliveries {
            if let farewell = Farewell(delivery.payload) { gone.append(farewell.user) } else { stored.append(delivery) }
        }
        return (stored, gone)
    }
}
