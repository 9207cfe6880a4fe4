/// Unpacks the DEFLATE format.
///
/// Source: RFC 1951; the decoding of canonical codes follows M. Adler's puff.
struct Inflate {
    private let bytes: ArraySlice<UInt8>
    private let limit: Int
    private var next: Int
    private var bitBuffer: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    /// Why bytes cannot be unpacked.
    enum Problem: Error, Equatable {
        case endsEarly
        case damaged
        case tooLarge
    }

    /// - Parameter limit: The most bytes that may come out; more is an error before memory is taken for them.
    static func unpack(_ bytes: ArraySlice<UInt8>, limit: Int) throws(Problem) -> [UInt8] {
        var inflate = Inflate(bytes: bytes, limit: limit, next: bytes.startIndex)
        try inflate.run()
        return inflate.output
    }

    private init(bytes: ArraySlice<UInt8>, limit: Int, next: Int) {
        self.bytes = bytes
        self.limit = limit
        self.next = next
    }

    private mutating func run() throws(Problem) {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1: try codes(Self.fixedLengths, Self.fixedDistances)
            case 2:
                let (lengths, distances) = try dynamicCodes()
                try codes(lengths, distances)
            default: throw .damaged
            }
        }
    }

    private mutating func bits(_ count: Int) throws(Problem) -> Int {
        while bitCount < count {
            guard next < bytes.endIndex else { throw .endsEarly }
            bitBuffer |= UInt32(bytes[next]) << UInt32(bitCount)
            next += 1
            bitCount += 8
        }
        let value = bitBuffer & ((1 << UInt32(count)) - 1)
        bitBuffer >>= UInt32(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func stored() throws(Problem) {
        (bitBuffer, bitCount) = (0, 0)
        guard bytes.endIndex - next >= 4 else { throw .endsEarly }
        let length = Int(bytes[next]) | Int(bytes[next + 1]) << 8
        let check = Int(bytes[next + 2]) | Int(bytes[next + 3]) << 8
        guard length == ~check & 0xFFFF else { throw .damaged }
        next += 4
        guard bytes.endIndex - next >= length else { throw .endsEarly }
        guard output.count + length <= limit else { throw .tooLarge }
        output += bytes[next..<next + length]
        next += length
    }

    // MARK: - Codes

    /// A canonical Huffman code: how many symbols there are of each length, and the symbols in order.
    private struct Code {
        var counts = Array(repeating: 0, count: 16)
        var symbols: [Int] = []

        /// - Throws: `.damaged` if there are more codes than fit.
        init(_ lengths: [Int], mayBeIncomplete: Bool) throws(Problem) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            var left = 1
            for length in 1..<16 {
                left = left * 2 - counts[length]
                guard left >= 0 else { throw .damaged }
            }
            // One distance code of one bit may stand alone.
            guard left == 0 || mayBeIncomplete else { throw .damaged }
            var offsets = Array(repeating: 0, count: 17)
            for length in 1..<16 { offsets[length + 1] = offsets[length] + counts[length] }
            symbols = Array(repeating: 0, count: offsets[16])
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[offsets[length]] = symbol
                offsets[length] += 1
            }
        }
    }

    private mutating func symbol(_ code: Code) throws(Problem) -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1..<16 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw .damaged
    }

    private mutating func codes(_ lengths: Code, _ distances: Code) throws(Problem) {
        while true {
            let symbol = try symbol(lengths)
            if symbol < 256 {
                guard output.count < limit else { throw .tooLarge }
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengthBases.count else { throw .damaged }
            let length = Self.lengthBases[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
            let distanceSymbol = try self.symbol(distances)
            guard distanceSymbol < Self.distanceBases.count else { throw .damaged }
            let distance = Self.distanceBases[distanceSymbol] + (try bits(Self.distanceBits[distanceSymbol]))
            guard distance <= output.count else { throw .damaged }
            guard output.count + length <= limit else { throw .tooLarge }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func dynamicCodes() throws(Problem) -> (Code, Code) {
        let (lengthCount, distanceCount) = (try bits(5) + 257, try bits(5) + 1)
        let codeCount = try bits(4) + 4
        guard lengthCount <= 286, distanceCount <= 30 else { throw .damaged }
        var codeLengths = Array(repeating: 0, count: 19)
        for index in 0..<codeCount { codeLengths[Self.codeOrder[index]] = try bits(3) }
        let code = try Code(codeLengths, mayBeIncomplete: false)
        var lengths: [Int] = []
        while lengths.count < lengthCount + distanceCount {
            let symbol = try symbol(code)
            switch symbol {
            case 0..<16: lengths.append(symbol)
            case 16:
                guard let last = lengths.last else { throw .damaged }
                lengths += Array(repeating: last, count: try bits(2) + 3)
            case 17: lengths += Array(repeating: 0, count: try bits(3) + 3)
            default: lengths += Array(repeating: 0, count: try bits(7) + 11)
            }
        }
        guard lengths.count == lengthCount + distanceCount, lengths[256] > 0 else { throw .damaged }
        return (
            try Code(
                Array(lengths[..<lengthCount]),
                mayBeIncomplete: lengthCount - lengths[..<lengthCount].count { $0 == 0 } == 1
            ),
            try Code(Array(lengths[lengthCount...]), mayBeIncomplete: lengths[lengthCount...].count { $0 > 0 } <= 1)
        )
    }

    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1_025, 1_537, 2_049, 3_073,
        4_097,
        6_145, 8_193, 12_289, 16_385, 24_577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let fixedLengths = fixed(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8)
    )
    private static let fixedDistances = fixed(Array(repeating: 5, count: 30))

    private static func fixed(_ lengths: [Int]) -> Code {
        do { return try Code(lengths, mayBeIncomplete: true) } catch {
            preconditionFailure("the codes of RFC 1951, 3.2.6, are sound")
        }
    }
}
