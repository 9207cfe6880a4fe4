import AtlasAPI
import AtlasCore
import AtlasHTTP
import Foundation
import SocketIO

/// Chat: what is acknowledged here is stored.
extension Realtime {
    static let chatEvents: [String: Work] = [
        "send-message": { realtime, _, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeChat(seat)
            let message = NewMessage(
                cid: try fields.id("cid"),
                content: try fields.text("content"),
                replyTo: try fields.optionalID("replyTo").map { MessageID($0) },
                anchor: try realtime.anchor(fields)
            )
            let entry = try await realtime.services.chat.post(message, to: group, as: seat.caller)
            return .object(["ok": .bool(true), "entry": try realtime.text(entry)])
        },
        "edit-message": { realtime, _, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeChat(seat)
            let entry = try await realtime.services.chat.edit(
                MessageID(try fields.id("messageId")),
                to: try fields.text("content"),
                cid: try fields.id("cid"),
                in: group,
                as: seat.caller
            )
            return .object(["ok": .bool(true), "seq": .integer(entry.seq)])
        },
        "delete-message": { realtime, _, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeChat(seat)
            let entry = try await realtime.services.chat.delete(
                MessageID(try fields.id("messageId")),
                cid: try fields.id("cid"),
                in: group,
                as: seat.caller
            )
            return .object(["ok": .bool(true), "seq": .integer(entry.seq)])
        },
        "react": { realtime, _, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeChat(seat)
            let entry = try await realtime.services.chat.react(
                try fields.text("emoji"),
                isOn: try fields.flag("on"),
                to: MessageID(try fields.id("messageId")),
                cid: try fields.id("cid"),
                in: group,
                as: seat.caller
            )
            return .object(["ok": .bool(true), "seq": entry.map { .integer($0.seq) } ?? .null])
        },
        "sync": { realtime, _, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            let limit = fields["limit"] == nil ? ChatLimits.page : try fields.count("limit")
            guard (1...ChatLimits.page).contains(limit) else {
                throw RealtimeError.invalid("limit is from 1 to \(ChatLimits.page).")
            }
            let page = try await realtime.services.chat.entries(
                of: group,
                after: try fields.count("after"),
                limit: limit,
                as: seat.caller
            )
            return .object([
                "ok": .bool(true), "entries": .array(try page.entries.map { try realtime.text($0) }),
                "head": .integer(page.head), "reset": .bool(page.isReset),
            ])
        },
    ]

    private func takeChat(_ seat: Seat) throws {
        if let wait = seat.person.take(.chat, limits.chat) { throw RealtimeError.tooMany(wait) }
    }

    private func text(_ entry: ChatEntry) throws -> JSONText {
        JSONText(trusted: [UInt8](try JSONEncoder().encode(entry)))
    }

    private func anchor(_ fields: Fields) throws -> Anchor? {
        guard fields["anchor"] != nil else { return nil }
        let anchor = try fields.object("anchor")
        return Anchor(
            diagramId: try anchor.id("diagramId"),
            nodeId: try anchor.optionalID("nodeId"),
            edgeId: try anchor.optionalID("edgeId")
        )
    }
}
