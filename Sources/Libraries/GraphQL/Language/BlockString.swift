/// The rules that turn the raw text of a block string into its value and back.
///
/// Source: GraphQL September 2025, 2.9.4, "Block Strings".
enum BlockString {
    /// The value: lines without common indentation, without blank first and last lines.
    static func value(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        let lines = lines(raw)
        var common = Int.max
        var first: Int?
        var last = -1
        for (index, line) in lines.enumerated() {
            let indent = indentation(line)
            if indent == line.count { continue }
            if first == nil { first = index }
            last = index
            if index > 0, indent < common { common = indent }
        }
        guard let first else { return "" }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        for index in first...last {
            if index > first { bytes.append(0x0A) }
            let cut = index == 0 ? 0 : min(common, lines[index].count)
            append(lines[index].dropFirst(cut), to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func lines(_ raw: UnsafeBufferPointer<UInt8>) -> [Slice<UnsafeBufferPointer<UInt8>>] {
        var lines: [Slice<UnsafeBufferPointer<UInt8>>] = []
        var start = 0
        var position = 0
        while position < raw.count {
            let unit = raw[position]
            position += 1
            guard unit == 0x0A || unit == 0x0D else { continue }
            lines.append(raw[start..<position - 1])
            if unit == 0x0D, position < raw.count, raw[position] == 0x0A { position += 1 }
            start = position
        }
        lines.append(raw[start..<raw.count])
        return lines
    }

    private static func indentation(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        line.prefix { $0 == 0x20 || $0 == 0x09 }.count
    }

    /// Appends a line with its escaped closing quotes resolved.
    private static func append(_ line: Slice<UnsafeBufferPointer<UInt8>>, to bytes: inout [UInt8]) {
        guard line.contains(0x5C) else {
            bytes.append(contentsOf: line)
            return
        }
        var position = line.startIndex
        while position < line.endIndex {
            if line[position] == 0x5C, position + 3 < line.endIndex, line[position + 1] == 0x22,
                line[position + 2] == 0x22, line[position + 3] == 0x22
            {
                position += 1
                bytes.append(contentsOf: [0x22, 0x22, 0x22])
                position += 3
            } else {
                bytes.append(line[position])
                position += 1
            }
        }
    }

    /// A value as a block string, on one line where the rules allow it.
    ///
    /// - Parameter minimal: Whether to leave out every line break that does not change the value.
    static func printed(_ value: String, minimal: Bool = false) -> String {
        // Scalar by scalar: a quote with a combining mark behind it is one character, and no quote.
        let scalars = value.unicodeScalars
            .replacing("\"\"\"".unicodeScalars, with: "\\\"\"\"".unicodeScalars)
        let escaped = String(scalars)
        let lines = split(escaped)
        let isSingleLine = lines.count == 1
        let forcesLeadingLine =
            lines.count > 1
            && lines.dropFirst().allSatisfy { $0.isEmpty || $0.utf8.first == 0x20 || $0.utf8.first == 0x09 }
        let endsInTripleQuotes = escaped.utf8.suffix(4).elementsEqual([0x5C, 0x22, 0x22, 0x22])
        let endsInQuote = value.utf8.last == 0x22 && !endsInTripleQuotes
        let endsInBackslash = value.utf8.last == 0x5C
        let forcesTrailingLine = endsInQuote || endsInBackslash
        let printsAsMany =
            !minimal
            && (!isSingleLine || value.utf16.count > 70 || forcesTrailingLine || forcesLeadingLine
                || endsInTripleQuotes)
        let skipsLeadingLine = isSingleLine && (value.utf8.first == 0x20 || value.utf8.first == 0x09)
        var result = "\"\"\""
        if (printsAsMany && !skipsLeadingLine) || forcesLeadingLine { result += "\n" }
        result += escaped
        if printsAsMany || forcesTrailingLine { result += "\n" }
        return result + "\"\"\""
    }

    private static func split(_ text: String) -> [String] {
        var lines: [String] = []
        var line: [UInt8] = []
        var previous: UInt8 = 0
        for unit in text.utf8 {
            defer { previous = unit }
            if unit == 0x0A, previous == 0x0D { continue }
            if unit == 0x0A || unit == 0x0D {
                lines.append(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(unit)
            }
        }
        lines.append(String(decoding: line, as: UTF8.self))
        return lines
    }
}
