import Testing

@testable import Whiteboard

/// A board that pushes are made on as JSON.
struct TestBoard {
    var board = Board(epoch: "e1")
    private var numbers: [String: Int] = [:]

    init() {}

    init(rememberedDeletions: Int) {
        board = Board(epoch: "e1", rememberedDeletions: rememberedDeletions)
    }

    /// Pushes operations as the next of `client`, and takes the event in.
    @discardableResult
    mutating func push(
        _ operations: String,
        from client: String = "a",
        attachment: [UInt8]? = nil
    ) throws -> BoardOutcome {
        let number = numbers[client, default: 0] + 1
        let outcome = try push(operations, client: client, number: number, attachment: attachment)
        if case .event = outcome { numbers[client] = number }
        return outcome
    }

    mutating func push(
        _ operations: String,
        client: String,
        number: Int,
        user: String = "ann",
        attachment: [UInt8]? = nil
    ) throws -> BoardOutcome {
        let json = #"{"c":"\#(client)","n":\#(number),"ops":\#(operations)}"#
        let push = try BoardPush(json: Array(json.utf8), attachment: attachment)
        var draft = BoardDraft(on: board)
        let outcome = draft.add(push, by: user, on: board)
        for event in draft.events {
            let isNext = board.apply(event)
            #expect(isNext)
        }
        return outcome
    }

    func welcome(epoch: String = "e1", seq: Int, client: String = "new") -> BoardWelcome {
        board.welcome(BoardHello(epoch: epoch, seq: seq, client: client))
    }
}

/// A note as an operation.
func note(_ id: String, _ text: String = "", at place: String = "[0,0]") -> String {
    #"["put","\#(id)",{"type":"note","text":"\#(text)","pos":\#(place),"size":[100,60],"z":"V"}]"#
}

/// A node as an operation.
func node(
    _ id: String,
    _ label: String,
    kind: String = "service",
    at place: String = "[0,0]",
    more: String = ""
) -> String {
    #"["put","\#(id)",{"type":"node","kind":"\#(kind)","label":"\#(label)","pos":\#(place),"size":[120,56],"z":"V"\#(more)}]"#
}

extension BoardOutcome {
    /// The event, if there is one.
    var event: BoardEvent? {
        if case .event(let event, _) = self { return event }
        return nil
    }

    /// The reason, if it was refused.
    var refusal: BoardRefusal? {
        switch self {
        case .event(_, let refusal): refusal
        case .refused(let refusal): refusal
        default: nil
        }
    }
}
