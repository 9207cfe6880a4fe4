import SocketIO
import Testing

@Suite struct EnginePayloadTests {
    @Test func `a body is split into its packets`() {
        let packets = EnginePayload.decode(
            utf8("4a\u{1E}4\u{1E}bAQID\u{1E}3\u{1E}1\u{1E}6\u{1E}2probe\u{1E}b\u{1E}4é€😀")
        )
        #expect(
            packets == [
                .text(utf8("a")[...]), .text([]), .binary([1, 2, 3]), .pong([]), .close, .noop,
                .ping(utf8("probe")[...]),
                .binary([]), .text(utf8("é€😀")[...]),
            ]
        )
    }

    @Test(arguments: [
        "", "abc", "7", "0{}", "4a\u{1E}", "\u{1E}4a", "4a\u{1E}\u{1E}4b", "bAQI", "bA===", "b====", "bAQJ=", "bAQ =",
    ])
    func `a body with a wrong packet is refused`(_ body: String) {
        #expect(EnginePayload.decode(utf8(body)) == nil)
    }

    @Test func `a body that is not UTF-8 is refused`() {
        #expect(EnginePayload.decode([0x34, 0xC3]) == nil)
        #expect(EnginePayload.decode([0x34, 0xED, 0xA0, 0x80]) == nil)
    }

    @Test(arguments: fuzzSeeds)
    func `Base64 is read as it was written`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var written: [UInt8] = []
            Base64.encode(bytes, to: &written)
            #expect(Base64.decode(written[...]) == bytes)
            #expect(written.count == (count + 2) / 3 * 4)
        }
    }

    @Test func `ids have 128 random bits and may stand in a URL`() {
        var generator = SeededGenerator(seed: 7)
        let ids = (0..<1_000).map { _ in Base64.randomID(using: &generator) }
        #expect(Set(ids).count == 1_000)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(ids.allSatisfy { $0.count == 22 && $0.allSatisfy(allowed.contains) })
    }

    @Test(arguments: fuzzSeeds)
    func `UTF-8 is checked as Swift's own reader checks it`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            [0x41], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0x80], [0xC3], [0xF0, 0x9F],
            [0xFF],
        ]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...4, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator) ?? []
            }
            #expect(UTF8Check.isValid(bytes[...]) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
