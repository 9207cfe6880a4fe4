/// Source text as bytes, and positions in it.
enum Source {
    /// How many zero bytes follow the text, so that looking ahead stays inside the array.
    static let padding = 16

    /// The text's UTF-8 with padding.
    static func bytes(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes($0) }
    }

    /// A copy of the bytes with padding.
    static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + padding)
        bytes.append(contentsOf: text)
        bytes.append(contentsOf: repeatElement(0, count: padding))
        return bytes
    }

    /// Line and column of a byte.
    ///
    /// Linear in the offset.
    static func location(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourceLocation {
        var line = 1
        var lineStart = 0
        var position = 0
        let end = min(offset, bytes.count)
        while position < end {
            let unit = bytes[position]
            position += 1
            guard unit == 0x0A || unit == 0x0D else { continue }
            if unit == 0x0D, position < bytes.count, bytes[position] == 0x0A {
                if position >= end { break }
                position += 1
            }
            line += 1
            lineStart = position
        }
        return SourceLocation(line: line, column: 1 + units(bytes[lineStart..<end]))
    }

    /// The length of UTF-8 text in UTF-16 units.
    static func units(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var units = 0
        for byte in bytes {
            if byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
        }
        return units
    }
}

/// Where the lines of a text start, for many positions in one text.
///
/// A position is found in a time that depends neither on the number of lines nor on their length.
struct LineIndex: Sendable {
    /// How many bytes lie between two places whose units are known.
    private static let interval = 1_024

    private let starts: [Int32]

    /// How many UTF-16 units lie before every `interval`th byte.
    private let units: [Int32]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var starts: [Int32] = [0]
        var position = 0
        while position < bytes.count {
            let unit = bytes[position]
            position += 1
            guard unit == 0x0A || unit == 0x0D else { continue }
            if unit == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            starts.append(Int32(truncatingIfNeeded: position))
        }
        self.starts = starts
        var units: [Int32] = [0]
        for start in stride(from: 0, to: bytes.count - Self.interval, by: Self.interval) {
            let more = Source.units(bytes[start..<start + Self.interval])
            units.append((units.last ?? 0) + Int32(truncatingIfNeeded: more))
        }
        self.units = units
    }

    /// Line and column of a byte.
    func location(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourceLocation {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= offset { low = middle } else { high = middle }
        }
        let start = Int(starts[low])
        let end = max(start, min(offset, bytes.count))
        return SourceLocation(line: low + 1, column: 1 + unitsBefore(end, bytes) - unitsBefore(start, bytes))
    }

    private func unitsBefore(_ offset: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let known = min(offset / Self.interval, units.count - 1)
        return Int(units[known]) + Source.units(bytes[known * Self.interval..<offset])
    }
}
