/// Gives equal names of one source the same number.
struct NameTable {
    private let base: UnsafePointer<UInt8>
    private let seed = Self.seed

    /// Where each name first occurs, by symbol.
    private(set) var symbols: [Name] = []

    /// Symbols by hash, open addressing; -1 is free.
    ///
    /// The size is a power of two.
    private var slots: [Int32]

    init(_ base: UnsafePointer<UInt8>) {
        self.base = base
        slots = [Int32](repeating: -1, count: 128)
        symbols.reserveCapacity(48)
    }

    /// The name between two bytes.
    mutating func name(_ start: Int, _ end: Int) -> Name {
        if symbols.count &* 2 >= slots.count { grow() }
        let length = end &- start
        let mask = slots.count &- 1
        var slot = hash(start, length) & mask
        while slots[slot] >= 0 {
            let known = symbols[Int(slots[slot])]
            if Int(known.length) == length, equal(known.start, start, length) {
                return Name(offset: Int32(truncatingIfNeeded: start), length: known.length, symbol: known.symbol)
            }
            slot = (slot &+ 1) & mask
        }
        let name = Name(
            offset: Int32(truncatingIfNeeded: start),
            length: Int32(truncatingIfNeeded: length),
            symbol: Int32(truncatingIfNeeded: symbols.count)
        )
        slots[slot] = name.symbol
        symbols.append(name)
        return name
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for symbol in symbols {
            var slot = hash(symbol.start, Int(symbol.length)) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = symbol.symbol
        }
    }

    private func equal(_ left: Int, _ right: Int, _ length: Int) -> Bool {
        var index = 0
        while length &- index > 8 {
            guard word(left &+ index, 8) == word(right &+ index, 8) else { return false }
            index &+= 8
        }
        return word(left &+ index, length &- index) == word(right &+ index, length &- index)
    }

    /// Mixes every byte, so that chosen names cannot be made to collide cheaply by differing in the middle.
    private func hash(_ start: Int, _ length: Int) -> Int {
        var hash = seed ^ UInt64(truncatingIfNeeded: length)
        var index = 0
        while length &- index > 8 {
            hash = (hash ^ word(start &+ index, 8)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            index &+= 8
        }
        hash = (hash ^ word(start &+ index, length &- index)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        return Int(truncatingIfNeeded: (hash &* 0xBF58_476D_1CE4_E5B9) >> 33)
    }

    /// The 1 to 8 bytes from a place on; behind the source stand zeros, so that eight can always be read.
    @inline(__always)
    private func word(_ start: Int, _ length: Int) -> UInt64 {
        let word = UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self)
        return word & (.max >> UInt64(truncatingIfNeeded: (8 &- length) &* 8))
    }

    /// Differs from process to process, so that nobody can prepare names that collide.
    private static let seed = UInt64.random(in: .min ... .max)
}
