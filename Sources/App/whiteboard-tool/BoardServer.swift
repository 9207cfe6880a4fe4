import Diagrams
import Whiteboard

/// A board as the service keeps it: in memory, with a snapshot and a log from which it can be had again.
struct BoardServer {
    private var board = Board(epoch: "e1")
    private var snapshot: [UInt8]?
    /// What follows on the snapshot, as the database would hold it.
    private var log: [Row] = []
    private var rememberedDeletions = BoardLimits.tombstones
    /// Rules left out, to see that a test notices.
    private var omitted: Set<String> = []

    private struct Row {
        let seq: Int
        let client: String
        let number: Int
        let user: String
        let operations: [UInt8]
    }

    /// The answer to one request; `do` says what: reset, push, hello, state, snapshot, restart or export.
    mutating func answer(_ line: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        do {
            let request = try JSONReader.value(of: line)
            try answer(request, into: &writer)
        } catch {
            writer = JSONWriter()
            writer.object { $0.field("failure", "\(error)") }
        }
        return writer.bytes
    }

    private mutating func answer(_ request: JSONValue, into writer: inout JSONWriter) throws {
        switch request["do"]?.text ?? "" {
        case "reset":
            rememberedDeletions = request["tombstones"]?.integer ?? BoardLimits.tombstones
            omitted = Set((request["omit"]?.elements ?? []).compactMap(\.text))
            board = Board(epoch: request["epoch"]?.text ?? "e1", rememberedDeletions: rememberedDeletions)
            snapshot = nil
            log = []
            writer.object { $0.field("seq", 0) }
        case "push": try push(request, into: &writer)
        case "hello":
            let hello = try BoardHello(json: Array((request["hello"]?.text ?? "").utf8))
            let welcome = String(decoding: board.welcome(hello).json, as: UTF8.self)
            writer.object { $0.field("welcome", welcome) }
        case "state":
            let welcome = board.welcome(BoardHello(epoch: "", seq: 0, client: "state"))
            writer.object { writer in
                writer.field("seq", board.seq)
                writer.field("state", String(decoding: welcome.json, as: UTF8.self))
            }
        case "snapshot":
            snapshot = board.snapshot
            log = []
            writer.object { $0.field("bytes", snapshot?.count ?? 0) }
        case "restart":
            let before = board
            board = try stored()
            writer.object { $0.field("same", board == before) }
        case "export":
            let (svg, mermaid) = (board.svg(title: "Board"), try board.mermaid().get())
            writer.object { writer in
                writer.field("svg", svg)
                writer.field("mermaid", mermaid)
            }
        case let other: throw BoardRefusal(.invalid, "there is no request “\(other)”")
        }
    }

    /// The board as it is after a restart.
    private func stored() throws -> Board {
        var board = Board(epoch: board.epoch, rememberedDeletions: rememberedDeletions)
        if let snapshot { board = try Board(snapshot: snapshot, rememberedDeletions: rememberedDeletions) }
        for row in log {
            let event = try BoardEvent(
                seq: row.seq,
                client: row.client,
                number: row.number,
                user: row.user,
                stored: row.operations
            )
            guard board.apply(event) else { throw BoardRefusal(.invalid, "event \(row.seq) is out of turn") }
        }
        return board
    }

    /// Pushes that share a commit; with `fail`, the commit does not come about.
    private mutating func push(_ request: JSONValue, into writer: inout JSONWriter) throws {
        var draft = BoardDraft(on: board)
        var replies: [(BoardOutcome, [UInt8])] = []
        for item in request["pushes"]?.elements ?? [] {
            let attachment = item["bin"]?.text.flatMap(Base64.bytes)
            let json = Array((item["json"]?.text ?? "").utf8)
            let push = try admitted(BoardPush(json: json, attachment: attachment), after: draft)
            let outcome = draft.add(push, by: item["user"]?.text ?? "u", on: board)
            guard case .event(let event, _) = outcome else {
                replies.append((outcome, []))
                continue
            }
            replies.append((outcome, event.message(board: "g")))
        }
        guard request["fail"]?.bool != true else {
            return writer.object { $0.field("failed", true) }
        }
        for event in draft.events {
            let row = Row(
                seq: event.seq,
                client: event.client,
                number: event.number,
                user: event.user,
                operations: event.storedOperations
            )
            log.append(row)
            guard board.apply(event) else { throw BoardRefusal(.invalid, "event \(event.seq) is out of turn") }
        }
        writer.object { writer in
            writer.field("seq", board.seq)
            writer.key("replies")
            writer.array(replies) { Self.write($1.0, $1.1, into: &$0) }
        }
    }

    /// The push as it is, or with the number that a server without the omitted rule would take it for.
    private func admitted(_ push: BoardPush, after draft: BoardDraft) -> BoardPush {
        let known = board.welcome(BoardHello(epoch: "", seq: -1, client: push.client)).acknowledged
        let last = draft.events.last { $0.client == push.client }?.number ?? known
        let isDuplicate = push.number <= last && omitted.contains("dedup")
        let isAhead = push.number > last + 1 && omitted.contains("gap")
        return BoardPush(
            client: push.client,
            number: isDuplicate || isAhead ? last + 1 : push.number,
            contents: push.contents
        )
    }

    private static func write(_ outcome: BoardOutcome, _ message: [UInt8], into writer: inout JSONWriter) {
        writer.object { writer in
            switch outcome {
            case .event(let event, let refusal):
                let (json, attachment) = BoardEvent.parts(of: message)
                writer.field("seq", event.seq)
                writer.field("event", String(decoding: json, as: UTF8.self))
                if let attachment { writer.field("bin", Base64.text(Array(attachment))) }
                if let refusal {
                    writer.field("code", refusal.code.rawValue)
                    writer.field("message", refusal.message)
                }
            case .duplicate: writer.field("duplicate", true)
            case .gap(let expected): writer.field("expected", expected)
            case .refused(let refusal):
                writer.field("code", refusal.code.rawValue)
                writer.field("message", refusal.message)
            }
        }
    }
}
