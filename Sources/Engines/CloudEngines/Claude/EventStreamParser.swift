/// Reads server-sent events from bytes that come in any pieces.
///
/// Source: WHATWG HTML, "Server-sent events", "Interpreting an event stream". Ids and retry times are not kept; an event
/// that is not ended by an empty line is none.
package struct EventStreamParser: Sendable {
    /// Bytes of one line, and of the data of one event.
    package static let limitBytes = 1 << 20

    /// An event with data.
    package struct Event: Sendable, Equatable {
        /// As in `message_start`; empty if the event has none.
        package var name: String
        /// The lines of data, with line feeds between them.
        package var data: [UInt8]
    }

    /// A line or an event is longer than `limitBytes`.
    package struct TooLong: Error {}

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var isFirstLine = true
    /// A line ended with a carriage return; a line feed after it belongs to it.
    private var endedWithReturn = false

    /// Nothing read yet.
    package init() {}

    /// Takes more bytes and calls `body` with each event that is complete.
    package mutating func take(_ bytes: some Sequence<UInt8>, _ body: (Event) throws -> Void) throws {
        for byte in bytes {
            let follows = endedWithReturn
            endedWithReturn = false
            switch byte {
            case Self.lineFeed where follows: break
            case Self.lineFeed: try endLine(body)
            case Self.carriageReturn:
                endedWithReturn = true
                try endLine(body)
            default:
                guard line.count < Self.limitBytes else { throw TooLong() }
                line.append(byte)
            }
        }
    }

    private mutating func endLine(_ body: (Event) throws -> Void) throws {
        if isFirstLine, line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return try dispatch(body) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(Self.lineFeed) }
            guard data.count + value.count <= Self.limitBytes else { throw TooLong() }
            data += value
            hasData = true
        default: break
        }
    }

    private mutating func dispatch(_ body: (Event) throws -> Void) throws {
        defer { (name, data, hasData) = ("", [], false) }
        guard !data.isEmpty else { return }
        try body(Event(name: name, data: data))
    }
}
