/// Writes numbers as bytes, the lowest first.
struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func word(_ value: UInt64) {
        for shift: UInt64 in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func numbers(_ values: [Double]) {
        for value in values { word(value.bitPattern) }
    }
}

/// Reads what `StateWriter` wrote; what is missing is `nil`.
struct StateReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func word() -> UInt64? {
        guard bytes.count - position >= 8 else { return nil }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += 8
        return value
    }

    /// How many things follow.
    mutating func count(upTo limit: Int) -> Int? {
        guard let value = word(), value <= UInt64(limit) else { return nil }
        return Int(value)
    }

    /// Finite ones only: a number that is none would spread to every prediction.
    mutating func numbers(_ count: Int) -> [Double]? {
        var values: [Double] = []
        for _ in 0..<count {
            guard let pattern = word() else { return nil }
            let value = Double(bitPattern: pattern)
            guard value.isFinite else { return nil }
            values.append(value)
        }
        return values
    }
}
