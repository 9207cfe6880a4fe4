public import AtlasCore
import Foundation

/// What is told on a group's channel after a commit, as JSON.
public enum GroupEvent: Sendable, Equatable {
    /// Why somebody hears no more of a group.
    public enum Reason: String, Sendable, Codable {
        /// The member left.
        case left
        /// The member was removed.
        case removed
        /// The group was archived; this concerns every member.
        case archived
    }

    /// A new line of the log: `ChatEntry` as it is.
    case entry(ChatEntry)
    /// `{"kind":"ended","userId":…,"reason":…}`: this member, or without `userId` everybody, hears no more.
    case ended(UserID?, Reason)
    /// `{"kind":"updated"}`: settings, members, requests or invitations have changed.
    case updated

    /// The channel of a group.
    public static func channel(_ group: GroupID) -> String { "group:\(group)" }

    /// The JSON.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        switch self {
        case .entry(let entry): return Array(try encoder.encode(entry))
        case .ended(let user, let reason):
            return Array(try encoder.encode(Other(kind: "ended", userId: user?.rawValue, reason: reason)))
        case .updated: return Array(try encoder.encode(Other(kind: "updated", userId: nil, reason: nil)))
        }
    }

    /// Reads what `encoded` wrote.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(_ payload: [UInt8]) throws {
        let (decoder, data) = (JSONDecoder(), Data(payload))
        let other = try decoder.decode(Other.self, from: data)
        switch other.kind {
        case "ended": self = .ended(other.userId.map { UserID($0) }, other.reason ?? .removed)
        case "updated": self = .updated
        default: self = .entry(try decoder.decode(ChatEntry.self, from: data))
        }
    }

    private struct Other: Codable {
        let kind: String
        let userId: String?
        let reason: Reason?

        init(kind: String, userId: String?, reason: Reason?) {
            self.kind = kind
            self.userId = userId
            self.reason = reason
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            kind = try values.decode(String.self, forKey: .kind)
            userId = kind == "ended" ? try values.decodeIfPresent(String.self, forKey: .userId) : nil
            reason = kind == "ended" ? try values.decodeIfPresent(Reason.self, forKey: .reason) : nil
        }
    }
}
