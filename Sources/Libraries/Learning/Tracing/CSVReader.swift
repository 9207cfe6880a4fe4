/// Rows of a CSV file (RFC 4180), one after the other; a quoted value may not hold a line break.
struct CSVReader {
    struct Value {
        var bytes: ArraySlice<UInt8>
        /// Bytes from the start of the line, from 1.
        var column: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    /// Of the row that was read last, from 1.
    private(set) var line = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // Some programs put a byte order mark in front.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next row; `nil` behind the last.
    mutating func next() throws(AnswerLog.Failure) -> [Value]? {
        guard position < bytes.count else { return nil }
        line += 1
        let start = position
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
        let isPair = end + 1 < bytes.count && bytes[end] == UInt8(ascii: "\r") && bytes[end + 1] == UInt8(ascii: "\n")
        position = end + (isPair ? 2 : 1)
        var row: [Value] = []
        var place = start
        while true {
            let column = place - start + 1
            let isQuoted = place < end && bytes[place] == UInt8(ascii: "\"")
            let value = isQuoted ? try quoted(&place, end, column) : plain(&place, end)
            row.append(Value(bytes: value, column: column))
            guard place < end else { return row }
            // Behind the comma.
            place += 1
        }
    }

    private func plain(_ place: inout Int, _ end: Int) -> ArraySlice<UInt8> {
        let start = place
        while place < end, bytes[place] != UInt8(ascii: ",") { place += 1 }
        return bytes[start..<place]
    }

    /// Leaves `place` at the comma or the end.
    private func quoted(_ place: inout Int, _ end: Int, _ column: Int) throws(AnswerLog.Failure) -> ArraySlice<UInt8> {
        var value: [UInt8] = []
        place += 1
        while place < end {
            if bytes[place] == UInt8(ascii: "\"") {
                place += 1
                if place == end || bytes[place] == UInt8(ascii: ",") { return value[...] }
                guard bytes[place] == UInt8(ascii: "\"") else { break }
            }
            value.append(bytes[place])
            place += 1
        }
        throw AnswerLog.Failure(line: line, column: column, problem: .quotation)
    }
}
