/// A growing buffer of JSON text in UTF-8.
///
/// It writes tokens, not structure: the caller places commas, colons and brackets.
public struct JSONWriter: ~Copyable {
    // Not beside what a checkpoint reads with it: both would be loaded at once, and have to wait for this one's store.
    /// How many bytes are written.
    public private(set) var count: Int

    @usableFromInline var storage: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int

    /// Creates an empty buffer that holds `capacity` bytes before it grows.
    public init(capacity: Int = 512) {
        self.capacity = max(capacity, 64)
        storage = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
        count = 0
    }

    deinit {
        storage.deallocate()
    }

    /// The bytes written so far, as an array of their own.
    public consuming func finish() -> [UInt8] { bytes }

    /// A copy of the bytes written so far.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: storage, count: count)) }

    /// Removes everything after the first `length` bytes; a greater length changes nothing.
    public mutating func truncate(to length: Int) {
        count = max(0, min(count, length))
    }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if count &+ extra > capacity { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: storage, count: count)
        storage.deallocate()
        storage = moved
        capacity = larger
    }

    /// Appends one byte as it is.
    public mutating func byte(_ value: UInt8) {
        reserve(1)
        storage[count] = value
        count &+= 1
    }

    /// Appends bytes as they are.
    public mutating func raw(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { raw($0) }
    }

    /// Appends bytes as they are.
    public mutating func raw(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (storage + count).update(from: base, count: bytes.count)
        count &+= bytes.count
    }

    /// Appends the text of a key, sixteen bytes at a time.
    @usableFromInline
    mutating func raw(_ key: PaddedText) {
        key.blocks.withUnsafeBufferPointer { blocks in
            reserve(blocks.count &* 16)
            let to = UnsafeMutableRawPointer(storage + count)
            for index in blocks.indices {
                to.storeBytes(of: blocks[index], toByteOffset: index &* 16, as: SIMD16<UInt8>.self)
            }
        }
        count &+= key.count
    }

    /// Appends text as it is, unquoted.
    public mutating func raw(_ text: StaticString) {
        raw(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends `null`.
    public mutating func null() { raw("null") }

    /// Appends `true` or `false`.
    public mutating func bool(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    /// Appends a whole number.
    public mutating func int(_ value: Int64) {
        reserve(20)
        var magnitude = value.magnitude
        if value < 0 {
            storage[count] = 0x2D
            count &+= 1
        }
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, magnitude >= bound {
            digits &+= 1
            bound &*= 10
        }
        if digits == 19, magnitude >= 10_000_000_000_000_000_000 { digits = 20 }
        reserve(digits)
        var position = count &+ digits
        for _ in 0..<digits {
            position &-= 1
            storage[position] = 0x30 &+ UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
        count &+= digits
    }

    /// Appends a number in the shortest form that reads back the same; a whole one has no fraction.
    ///
    /// A number that JSON cannot express (infinite, not a number) is written as `null`.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        if let whole = Int64(exactly: value), whole.magnitude < 9_007_199_254_740_992 { return int(whole) }
        if decimal(value) { return }
        var text = NumberText.shortest(value)
        text.withUTF8 { raw($0) }
    }

    /// Appends a number that a few decimals write exactly, and says whether it did.
    ///
    /// A quotient of two whole doubles is the double nearest to it, so the decimals read back the same; up to 15 digits
    /// no other text is shorter.
    private mutating func decimal(_ value: Double) -> Bool {
        var power: Int64 = 1
        for decimals in 1...6 {
            power *= 10
            let scaled = (value * Double(power)).rounded()
            guard scaled.magnitude < 1e15 else { return false }
            guard scaled / Double(power) == value else { continue }
            let magnitude = Int64(scaled.magnitude)
            if value < 0 { byte(0x2D) }
            int(magnitude / power)
            reserve(decimals + 1)
            storage[count] = 0x2E
            var rest = magnitude % power
            for position in stride(from: count &+ decimals, to: count, by: -1) {
                storage[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count &+= decimals &+ 1
            return true
        }
        return false
    }

    /// Appends a quoted string with everything escaped that JSON wants escaped.
    public mutating func string(_ value: String) {
        if value.utf8.withContiguousStorageIfAvailable({ quoted($0) }) != nil { return }
        var native = value
        native.withUTF8 { quoted($0) }
    }

    /// Appends a quoted string given as UTF-8.
    mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count &+ 2)
        storage[count] = 0x22
        count &+= 1
        if let base = bytes.baseAddress {
            let plain = copyPlain(base, bytes.count)
            count &+= plain
            if plain < bytes.count { escaped(base + plain, bytes.count &- plain) }
        }
        byte(0x22)
    }

    /// Copies text up to where an escape may be needed, eight bytes at a time; room for it is there.
    ///
    /// - Returns: How many bytes are copied.
    private func copyPlain(_ base: UnsafePointer<UInt8>, _ length: Int) -> Int {
        let (from, to) = (UnsafeRawPointer(base), UnsafeMutableRawPointer(storage + count))
        var position = 0
        while position &+ 8 <= length {
            let bytes = from.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard Self.isPlain(bytes) else { return position }
            to.storeBytes(of: bytes, toByteOffset: position, as: UInt64.self)
            position &+= 8
        }
        // The last eight bytes once more, some of them for the second time.
        if position < length, length >= 8 {
            let bytes = from.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            guard Self.isPlain(bytes) else { return position }
            to.storeBytes(of: bytes, toByteOffset: length &- 8, as: UInt64.self)
            return length
        }
        while position < length {
            let unit = base[position]
            guard unit >= 0x20, unit != 0x22, unit != 0x5C else { return position }
            storage[count &+ position] = unit
            position &+= 1
        }
        return length
    }

    private mutating func escaped(_ base: UnsafePointer<UInt8>, _ length: Int) {
        var start = 0
        var position = 0
        while position < length {
            if position &+ 8 <= length, Self.isPlain(UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)) {
                position &+= 8
                continue
            }
            let unit = base[position]
            guard unit < 0x20 || unit == 0x22 || unit == 0x5C else {
                position &+= 1
                continue
            }
            raw(UnsafeBufferPointer(start: base + start, count: position &- start))
            escape(unit)
            position &+= 1
            start = position
        }
        raw(UnsafeBufferPointer(start: base + start, count: length &- start))
    }

    /// Whether none of eight bytes needs an escape; `false` may also be said of bytes that need none.
    @inline(__always)
    private static func isPlain(_ bytes: UInt64) -> Bool {
        let (ones, highs) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
        let quote = bytes ^ (ones &* 0x22)
        let backslash = bytes ^ (ones &* 0x5C)
        let found =
            ((bytes &- ones &* 0x20) & ~bytes) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        return found & highs == 0
    }

    private mutating func escape(_ unit: UInt8) {
        switch unit {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x08: raw("\\b")
        case 0x0C: raw("\\f")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        default:
            raw("\\u00")
            byte(unit < 0x10 ? 0x30 : 0x31)
            let low = unit & 0x0F
            byte(low < 10 ? 0x30 + low : 0x57 + low)
        }
    }

    /// Appends any value as JSON, enum values as strings.
    public mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .int(let number): int(number)
        case .double(let number): double(number)
        case .string(let text), .enumValue(let text): string(text)
        case .bool(let flag): bool(flag)
        case .list(let items):
            byte(0x5B)
            for (index, item) in items.enumerated() {
                if index > 0 { byte(0x2C) }
                self.value(item)
            }
            byte(0x5D)
        case .object(let members):
            byte(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { byte(0x2C) }
                string(member.name)
                byte(0x3A)
                self.value(member.value)
            }
            byte(0x7D)
        }
    }
}

/// Short text that is written often, in whole blocks of sixteen bytes, the last one filled up with zeros.
@usableFromInline
struct PaddedText: Sendable {
    let blocks: [SIMD16<UInt8>]
    let count: Int

    init(_ bytes: [UInt8]) {
        count = bytes.count
        blocks = stride(from: 0, to: bytes.count, by: 16).map { start in
            var block = SIMD16<UInt8>()
            for index in start..<min(start + 16, bytes.count) { block[index - start] = bytes[index] }
            return block
        }
    }
}
