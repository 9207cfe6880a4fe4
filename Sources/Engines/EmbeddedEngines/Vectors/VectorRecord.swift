import AtlasPorts

/// A change of an index, as it lies in its file.
enum VectorRecord: Equatable {
    case set(id: String, digest: String, tags: [String: String], vector: [Float])
    case remove(id: String)

    /// Tags that are read; one takes at least a byte of `VectorIndexLimits.tagBytes`.
    private static let tagLimit = VectorIndexLimits.tagBytes

    private static let setKind: UInt8 = 1
    private static let removeKind: UInt8 = 2

    var bytes: [UInt8] {
        var out: [UInt8] = []
        switch self {
        case .set(let id, let digest, let tags, let vector):
            out.reserveCapacity(vector.count * 4 + 256)
            out.append(Self.setKind)
            LittleEndian.write(id, &out)
            LittleEndian.write(digest, &out)
            LittleEndian.write(UInt32(truncatingIfNeeded: tags.count), &out)
            for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
                LittleEndian.write(key, &out)
                LittleEndian.write(value, &out)
            }
            for number in vector { LittleEndian.write(number.bitPattern, &out) }
        case .remove(let id):
            out.append(Self.removeKind)
            LittleEndian.write(id, &out)
        }
        return out
    }

    /// Reads a record to its last byte; `nil` if it is none.
    init?(_ bytes: UnsafeRawBufferPointer, dimensions: Int) {
        var reader = ByteReader(bytes)
        guard let kind = reader.byte(), let id = reader.text() else { return nil }
        switch kind {
        case Self.setKind:
            guard let digest = reader.text(), let count = reader.number(), count <= Self.tagLimit else { return nil }
            var tags: [String: String] = [:]
            for _ in 0..<count {
                guard let key = reader.text(), let value = reader.text() else { return nil }
                tags[key] = value
            }
            guard let vector = reader.floats(dimensions), reader.isAtEnd else { return nil }
            self = .set(id: id, digest: digest, tags: tags, vector: vector)
        case Self.removeKind:
            guard reader.isAtEnd else { return nil }
            self = .remove(id: id)
        default: return nil
        }
    }
}

/// Numbers with their least byte first, texts with their length before them.
enum LittleEndian {
    static func write(_ number: some FixedWidthInteger, _ out: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
    }

    static func write(_ text: String, _ out: inout [UInt8]) {
        write(UInt32(truncatingIfNeeded: text.utf8.count), &out)
        out += Array(text.utf8)
    }
}

/// Reads bytes that may be anything.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8? { integer(UInt8.self) }
    mutating func number() -> UInt32? { integer(UInt32.self) }
    mutating func wide() -> UInt64? { integer(UInt64.self) }

    mutating func some(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= bytes.count - offset else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    mutating func text() -> String? {
        guard let count = number(), let some = some(Int(count)) else { return nil }
        return String(validating: some, as: UTF8.self)
    }

    mutating func floats(_ count: Int) -> [Float]? {
        guard let some = some(count * 4) else { return nil }
        return (0..<count).map { place in
            let bits = some.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
        }
    }

    private mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number? {
        guard let some = some(MemoryLayout<Number>.size) else { return nil }
        return Number(littleEndian: some.loadUnaligned(as: type))
    }
}

/// Tells whether bytes are those that were written; not against anybody who means to deceive.
enum Checksum {
    static func of(_ bytes: UnsafeRawBufferPointer, after previous: UInt64) -> UInt64 {
        var hash = previous ^ UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            hash = (hash ^ word) &* 0x9FB2_1C65_1E98_DF25
            hash ^= hash >> 32
            offset += 8
        }
        while offset < bytes.count {
            hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01B3
            hash ^= hash >> 32
            offset += 1
        }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }

    static func of(_ bytes: [UInt8], after previous: UInt64) -> UInt64 {
        bytes.withUnsafeBytes { of($0, after: previous) }
    }
}
