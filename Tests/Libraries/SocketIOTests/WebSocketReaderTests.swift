import SocketIO
import Testing

@Suite struct WebSocketReaderTests {
    /// A frame as a client sends it.
    private func frame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isLast: Bool = true,
        mask: [UInt8]? = [0x12, 0x34, 0x56, 0x78]
    ) -> [UInt8] {
        var bytes = [(isLast ? 0x80 : 0) | opcode]
        let bit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ..<126: bytes.append(bit | UInt8(payload.count))
        case ...0xFFFF: bytes += [bit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            bytes.append(bit | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    private func read(
        _ bytes: [UInt8],
        piece: Int = .max,
        messageLimit: Int = 100_000,
        fragmentLimit: Int = 8
    ) -> [WebSocketReader.Event] {
        let cuts = piece == .max ? [] : Array(stride(from: piece, to: bytes.count, by: piece))
        return read(bytes, cuts: cuts, messageLimit: messageLimit, fragmentLimit: fragmentLimit)
    }

    /// What is read of bytes that arrive in pieces which end at `cuts`.
    private func read(
        _ bytes: [UInt8],
        cuts: [Int],
        messageLimit: Int = 100_000,
        fragmentLimit: Int = 8
    ) -> [WebSocketReader.Event] {
        var reader = WebSocketReader(messageLimit: messageLimit, fragmentLimit: fragmentLimit)
        var events: [WebSocketReader.Event] = []
        var start = 0
        for end in cuts + [bytes.count] {
            bytes[start..<end].withUnsafeBytes { view in
                var position = 0
                var last = 0
                while let event = reader.next(view, &position) {
                    events.append(event)
                    #expect(position >= last && position <= view.count)
                    last = position
                }
                #expect(position == view.count)
            }
            start = end
        }
        return events
    }

    @Test(arguments: [1, 2, 3, 7, 64, .max])
    func `messages are the same in whatever pieces they arrive`(_ piece: Int) {
        let long = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let middle = utf8(String(repeating: "é", count: 200))
        let bytes =
            frame(1, utf8("hello")) + frame(2, long) + frame(1, []) + frame(1, middle) + frame(9, [1, 2, 3])
            + frame(10, [])
            + frame(8, [0x03, 0xE8])
        #expect(
            read(bytes, piece: piece) == [
                .text(utf8("hello")), .binary(long), .text([]), .text(middle), .ping([1, 2, 3]), .close(1_000),
            ]
        )
    }

    @Test(arguments: [1, 5, .max])
    func `fragments are joined, control frames may stand between them`(_ piece: Int) {
        let euro = utf8("€")
        let bytes =
            frame(1, [euro[0]], isLast: false, mask: [1, 2, 3, 4]) + frame(9, [7]) + frame(0, [euro[1]], isLast: false)
            + frame(0, [])
        #expect(read(bytes, piece: piece) == [.ping([7]), .failure(1_007)])
        let whole =
            frame(1, [euro[0]], isLast: false) + frame(9, [7]) + frame(0, [euro[1]], isLast: false)
            + frame(0, [euro[2]])
        #expect(read(whole, piece: piece) == [.ping([7]), .text(euro)])
    }

    @Test func `what breaks the rules is refused with its code`() {
        #expect(read(frame(1, [1], mask: nil)) == [.failure(1_002)])
        for bits: UInt8 in [0x40, 0x20, 0x10] {
            var reserved = frame(1, [1])
            reserved[0] |= bits
            #expect(read(reserved) == [.failure(1_002)])
        }
        for opcode: UInt8 in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            #expect(read(frame(opcode, [1])) == [.failure(1_002)])
        }
        #expect(read(frame(9, [1], isLast: false)) == [.failure(1_002)])
        #expect(read(frame(9, [UInt8](repeating: 1, count: 126))) == [.failure(1_002)])
        #expect(read(frame(0, [1])) == [.failure(1_002)])
        #expect(read(frame(1, [1], isLast: false) + frame(1, [1])) == [.failure(1_002)])
        #expect(read([0x81, 0xFE, 0x00, 0x05, 0, 0, 0, 0]) == [.failure(1_002)])
        #expect(read(frame(1, [0xC3])) == [.failure(1_007)])
        #expect(read(frame(1, [0xED, 0xA0, 0x80])) == [.failure(1_007)])
    }

    @Test func `a closing frame has a code that may be sent, or none`() {
        #expect(read(frame(8, [])) == [.close(nil)])
        #expect(read(frame(8, [0x0F, 0xA0] + utf8("bye"))) == [.close(4_000)])
        #expect(read(frame(8, [1])) == [.failure(1_002)])
        for code: UInt16 in [0, 999, 1_004, 1_005, 1_006, 1_015, 2_999, 5_000, 65_535] {
            #expect(read(frame(8, [UInt8(code >> 8), UInt8(code & 255)])) == [.failure(1_002)], "\(code)")
        }
        #expect(read(frame(8, [0x03, 0xE8, 0xFF])) == [.failure(1_007)])
    }

    @Test func `sizes are refused from the head alone`() {
        #expect(read([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]) == [.failure(1_009)])
        #expect(read([0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255]) == [.failure(1_009)])
        #expect(read([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0x86, 0xA1, 0, 0, 0, 0]) == [.failure(1_009)])
        #expect(read([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0x86, 0xA0, 0, 0, 0, 0]) == [])
    }

    @Test func `a head may be split anywhere, be it right or wrong`() {
        let payload = utf8("4hello")
        var heads = [frame(1, payload), frame(2, [UInt8](repeating: 7, count: 200)), frame(1, payload, mask: nil)]
        for length: UInt64 in [0, 6, 126, 100_000, 100_001, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max] {
            for opcode: UInt8 in [0, 1, 2, 8, 9, 10, 15] {
                let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) }
                heads.append([0x80 | opcode, 0xFF] + bytes + [1, 2, 3, 4] + payload)
            }
        }
        for bytes in heads {
            let whole = read(bytes)
            for first in 1..<min(bytes.count, 20) {
                for second in first...min(bytes.count, 20) {
                    let events = read(bytes, cuts: [first, second])
                    #expect(events == whole, "\(bytes.prefix(14)) cut at \(first), \(second)")
                }
            }
            #expect(read(bytes, piece: 1) == whole)
        }
    }

    @Test func `fragments together have limits of bytes and of number`() {
        let half = [UInt8](repeating: 1, count: 60)
        let two = frame(2, half, isLast: false) + frame(0, half)
        #expect(read(two, messageLimit: 120) == [.binary(half + half)])
        #expect(read(two, messageLimit: 119) == [.failure(1_009)])
        let many = frame(2, [], isLast: false) + (0..<6).flatMap { _ in frame(0, [], isLast: false) } + frame(0, [])
        #expect(read(many, fragmentLimit: 8) == [.binary([])])
        #expect(read(many, fragmentLimit: 7) == [.failure(1_009)])
    }

    @Test func `nothing is read after a failure`() {
        #expect(read(frame(3, [1]) + frame(1, utf8("x"))) == [.failure(1_002)])
    }

    @Test(arguments: fuzzSeeds)
    func `broken frames never trap, and are the same in pieces`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let opcode: UInt8 = [0, 1, 2, 8, 9, 10].randomElement(using: &generator) ?? 1
                let count = [0, 1, 4, 125, 126, 300].randomElement(using: &generator) ?? 0
                let isLast = Bool.random(using: &generator)
                bytes += frame(opcode, [UInt8](repeating: 0x61, count: count), isLast: isLast)
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let whole = read(bytes, messageLimit: 400)
            #expect(read(bytes, piece: Int.random(in: 1...9, using: &generator), messageLimit: 400) == whole)
        }
    }
}
