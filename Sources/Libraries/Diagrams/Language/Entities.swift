/// Text between Mermaid's notation and plain characters.
enum Entities {
    /// Resolves `#35;`, `#quot;`, `&amp;` and `<br/>`; drops control characters.
    ///
    /// Unknown codes stay as written.
    static func decode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(of: "#") || byte == UInt8(of: "&"), let (text, length) = code(bytes, at: index) {
                result.append(text)
                index += length
            } else if byte == UInt8(of: "<"), let length = lineBreak(bytes, at: index) {
                result.append(10)
                index += length
            } else {
                if byte >= 32 && byte != 127 || byte == 10 { result.append(byte) }
                if byte == 9 { result.append(32) }
                index += 1
            }
        }
        return String(bytes: result)
    }

    /// The reverse of `decode`: safe between quotes and in a line of a sequence diagram.
    static func encode(_ text: String) -> String {
        var result: [UInt8] = []
        var isFirst = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(of: "\""): result.append("#quot;")
            case UInt8(of: "#"): result.append("#35;")
            case UInt8(of: "&"): result.append("#amp;")
            case UInt8(of: "<"): result.append("#lt;")
            case UInt8(of: ";"): result.append("#59;")
            case UInt8(of: "\\"): result.append("#92;")
            case UInt8(of: "`") where isFirst: result.append("#96;")
            case UInt8(of: ":") where isFirst: result.append("#58;")
            case 32 where isFirst: result.append("#32;")
            case 10: result.append("<br/>")
            default: result.append(byte)
            }
            isFirst = false
        }
        if result.last == 32 {
            result.removeLast()
            result.append("#32;")
        }
        return String(bytes: result)
    }

    /// The reverse of `decode`, with codes also for the given ASCII characters.
    static func encode(_ text: String, and more: String) -> String {
        // What `encode` writes holds `#`, `;`, letters, digits and `<br/>`, so `more` must hold none of these.
        var codes: [UInt8] = []
        for byte in encode(text).utf8 {
            if more.utf8.contains(byte) { codes.append("#\(byte);") } else { codes.append(byte) }
        }
        return String(bytes: codes)
    }

    /// Takes the marks of bold and italic out of a Markdown string and trims its lines.
    static func plain(markdown bytes: [UInt8]) -> [UInt8] {
        var lines: [[UInt8]] = []
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            var kept: [UInt8] = []
            for byte in Array(line).trimmed where byte != UInt8(of: "*") { kept.append(byte) }
            if kept.count > 1, kept.first == 95, kept.last == 95 { kept = Array(kept[1..<(kept.count - 1)]) }
            lines.append(kept)
        }
        while let first = lines.first, first.isEmpty { lines.removeFirst() }
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        return Array(lines.joined(separator: [10]))
    }

    private static let longestCode = 10

    private static func code(_ bytes: [UInt8], at start: Int) -> (text: String, length: Int)? {
        let isReference = bytes[start] == UInt8(of: "&")
        var end = start + 1
        if isReference, end < bytes.count, bytes[end] == UInt8(of: "#") { end += 1 }
        let nameStart = end
        while end < bytes.count, bytes[end].isLetter || bytes[end].isDigit, end - start <= longestCode { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(of: ";"), end > nameStart else { return nil }
        let name = String(bytes: bytes[nameStart..<end])
        guard let scalar = named(name) ?? numbered(bytes[nameStart..<end]) else { return nil }
        return (String(scalar), end + 1 - start)
    }

    private static func numbered(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
        var value: UInt32 = 0
        var rest = digits
        let isHexadecimal = rest.first.map { $0 | 32 } == UInt8(of: "x")
        if isHexadecimal { rest = rest.dropFirst() }
        guard !rest.isEmpty, rest.count <= 7 else { return nil }
        for byte in rest {
            let digit: UInt8
            if byte.isDigit {
                digit = byte - 48
            } else if isHexadecimal, byte.lowercase >= 97, byte.lowercase <= 102 {
                digit = byte.lowercase - 87
            } else {
                return nil
            }
            value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
        }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        if value == 10 { return scalar }
        return value < 32 || value == 127 ? Unicode.Scalar(32) : scalar
    }

    private static func named(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "quot": "\""
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "apos": "'"
        case "nbsp": "\u{A0}"
        case "semi": ";"
        case "colon": ":"
        case "num": "#"
        case "lpar": "("
        case "rpar": ")"
        case "infin": "\u{221E}"
        case "hearts": "\u{2665}"
        case "rarr": "\u{2192}"
        case "larr": "\u{2190}"
        case "le": "\u{2264}"
        case "ge": "\u{2265}"
        case "ne": "\u{2260}"
        case "times": "\u{D7}"
        case "micro": "\u{B5}"
        default: nil
        }
    }

    /// The length of `<br>`, `<br/>` or `<br />` at `start`.
    private static func lineBreak(_ bytes: [UInt8], at start: Int) -> Int? {
        guard start + 3 < bytes.count, bytes[start + 1] | 32 == UInt8(of: "b"), bytes[start + 2] | 32 == UInt8(of: "r")
        else { return nil }
        var end = start + 3
        while end < bytes.count, bytes[end].isSpace { end += 1 }
        if end < bytes.count, bytes[end] == UInt8(of: "/") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(of: ">") else { return nil }
        return end + 1 - start
    }
}
