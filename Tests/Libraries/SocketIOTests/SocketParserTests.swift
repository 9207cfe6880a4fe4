import SocketIO
import Testing

@Suite struct SocketParserTests {
    private func parse(_ packet: String) throws -> SocketPacket? {
        var parser = SocketParser()
        return try parser.receive(text: utf8(packet)[...])
    }

    private func failure(_ packet: String) -> SocketPacketError? {
        var parser = SocketParser()
        do throws(SocketPacketError) { _ = try parser.receive(text: utf8(packet)[...]) } catch { return error }
        return nil
    }

    @Test func `a packet is taken apart`() throws {
        let packet = try #require(try parse(#"2/chat,17["say",1, {"a":[2]} ,"x"]"#))
        #expect(packet.kind == .event)
        #expect(packet.namespace == "/chat")
        #expect(packet.id == 17)
        #expect(packet.name == "say")
        #expect(packet.arguments.map { text($0.bytes) } == ["1", #"{"a":[2]}"#, #""x""#])
    }

    @Test(arguments: [
        ("0", "/", nil), ("0{}", "/", "{}"), ("0/x", "/x", nil), ("0/x,", "/x", nil),
        (#"0/x,{"t":1}"#, "/x", #"{"t":1}"#),
        ("0/,", "/", nil), ("0/", "/", nil),
    ])
    func `connecting has forms with and without comma and payload`(
        _ source: String,
        _ namespace: String,
        _ payload: String?
    ) throws {
        let packet = try #require(try parse(source))
        #expect(packet.kind == .connect)
        #expect(packet.namespace == namespace)
        #expect(packet.arguments.first.map { text($0.bytes) } == payload)
    }

    @Test(arguments: [
        // Types
        ("", SocketPacketError.malformed), ("7", .unknownType), ("9[]", .unknownType), ("a", .unknownType),
        ("/", .unknownType), ("é", .unknownType), (#"4{"message":"x"}"#, .malformed),
        // Payloads
        ("2", .badPayload), ("2[]", .badPayload), ("2{}", .badPayload), (#"2"a""#, .badPayload),
        ("2[null]", .badPayload),
        ("2[{}]", .badPayload), ("2[[\"a\"]]", .badPayload), ("2[true]", .badPayload), (#"2["a""#, .badPayload),
        (#"2["a"]x"#, .badPayload), ("20", .badPayload), ("0[]", .badPayload), ("0null", .badPayload),
        (#"0"x""#, .badPayload), ("01", .badPayload), ("0{", .badPayload), ("1{}", .badPayload), ("1[]", .badPayload),
        ("1/x,1", .badPayload), ("30", .badPayload), ("30{}", .badPayload), (#"30"a""#, .badPayload),
        // Names
        (#"2["connect"]"#, .reservedName), (#"2["disconnect",1]"#, .reservedName),
        (#"2["connect_error"]"#, .reservedName),
        (#"2["disconnecting"]"#, .reservedName), (#"2["newListener"]"#, .reservedName),
        (#"2["removeListener"]"#, .reservedName), (#"2["\u0063onnect"]"#, .reservedName),
        // Ids
        ("3[]", .malformed), (#"2-1["a"]"#, .badPayload), (#"29007199254740992["a"]"#, .malformed),
        (#"218446744073709551616["a"]"#, .malformed),
        // Attachments
        (#"5["a"]"#, .badAttachments), (#"5-["a"]"#, .badAttachments), (#"51["a"]"#, .badAttachments),
        (#"511-["a"]"#, .badAttachments), (#"5-1-["a"]"#, .badAttachments),
        (#"599999999999999999999-["a"]"#, .badAttachments), (#"51.5-["a"]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":1}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":-1}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":0.5}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":"0"}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":"splice"}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":[0]}]"#, .badAttachments),
        (#"51-["a",{"_placeholder":true,"num":0,"num":7}]"#, .badAttachments),
        (#"51-["a",{"\u005fplaceholder":true,"n\u0075m":7}]"#, .badAttachments),
        (#"51-["a",[{"x":{"num":99999999999999999999,"_placeholder":true}}]]"#, .badAttachments),
        (#"50-["a",{"_placeholder":true,"num":0}]"#, .badAttachments),
        (#"61-5[{"_placeholder":true,"num":1}]"#, .badAttachments),
    ])
    func `a malformed packet is refused with its reason`(_ packet: String, _ error: SocketPacketError) {
        #expect(failure(packet) == error)
    }

    @Test(arguments: [
        #"51-["a",{"_placeholder":false,"num":7}]"#, #"51-["a",{"_placeholder":"true","num":7}]"#,
        #"51-["a",{"_placeholder":true,"_placeholder":1,"num":7}]"#, #"51-["a",{"num":7,"x":{"_placeholder":1}}]"#,
        #"51-["a",{"x":0,"num":0,"_placeholder":true}]"#, #"2["a",{"_placeholder":true,"num":7}]"#,
    ])
    func `what is no placeholder, or a right one, is left alone`(_ packet: String) {
        #expect(failure(packet) == nil)
    }

    @Test func `ids keep their value up to the largest of JavaScript`() throws {
        for id: UInt64 in [0, 1, 9, 10, 4_294_967_296, 9_007_199_254_740_991] {
            #expect(try parse("2\(id)[\"a\"]")?.id == id)
            #expect(try parse("3\(id)[]")?.id == id)
        }
        #expect(try parse(#"2["a"]"#)?.id == nil)
        #expect(failure("2" + String(repeating: "9", count: 400) + #"["a"]"#) == .malformed)
        #expect(try parse("2" + String(repeating: "0", count: 400) + #"7["a"]"#)?.id == 7)
    }

    @Test func `a number may name an event`() throws {
        #expect(try parse("2[12,1]")?.name == "12")
        #expect(try parse("2[-1.5]")?.name == "-1.5")
    }

    @Test func `namespaces have at most sixty-four bytes`() throws {
        let longest = "/" + String(repeating: "n", count: 63)
        #expect(try parse("0\(longest)")?.namespace == longest)
        #expect(try parse("0\(longest),{}")?.namespace == longest)
        #expect(failure("0\(longest)n") == .namespaceTooLong)
        #expect(failure("0\(longest)n,{}") == .namespaceTooLong)
        #expect(failure("0/" + String(repeating: "n", count: 1_000_000)) == .namespaceTooLong)
    }

    @Test func `attachments are awaited and joined`() throws {
        var parser = SocketParser()
        let head = utf8(#"52-/x,3["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#)
        #expect(try parser.receive(text: head[...]) == nil)
        #expect(try parser.receive(binary: [1, 2]) == nil)
        let packet = try #require(try parser.receive(binary: []))
        #expect(packet.kind == .event)
        #expect(packet.id == 3)
        #expect(packet.attachments == [[1, 2], []])
        #expect(throws: SocketPacketError.unexpectedMessage) { try parser.receive(binary: [1]) }
    }

    @Test func `no attachments are complete at once`() throws {
        let packet = try #require(try parse(#"50-["a",1]"#))
        #expect(packet.attachments.isEmpty)
        #expect(try parse("60-1[]")?.kind == .acknowledgement)
    }

    @Test func `ten attachments are the most`() throws {
        var parser = SocketParser()
        #expect(try parser.receive(text: utf8(#"510-["a"]"#)[...]) == nil)
        for number in 0..<9 { #expect(try parser.receive(binary: [UInt8(number)]) == nil) }
        #expect(try parser.receive(binary: [9])?.attachments.count == 10)
    }

    @Test func `text is refused while attachments are awaited`() throws {
        var parser = SocketParser()
        _ = try parser.receive(text: utf8(#"51-["a"]"#)[...])
        #expect(throws: SocketPacketError.unexpectedMessage) { try parser.receive(text: utf8(#"2["a"]"#)[...]) }
    }

    @Test func `stray binary is refused`() {
        var parser = SocketParser()
        #expect(throws: SocketPacketError.unexpectedMessage) { try parser.receive(binary: [1]) }
    }

    @Test func `deep and huge payloads are refused`() {
        #expect(failure("2[\"a\"," + String(repeating: "[", count: 999_000)) == .tooDeep)
        #expect(failure("2[\"" + String(repeating: "n", count: 300) + "\"]") == .badPayload)
    }

    @Test func `packets are written as they are read`() throws {
        var parser = SocketParser()
        let event = PacketEncoder.event(
            namespace: "/x",
            name: "a\"b",
            arguments: [.integer(1), .attachment(0)],
            attachments: [[7]],
            id: 12
        )
        #expect(text(event.text ?? []) == #"51-/x,12["a\"b",1,{"_placeholder":true,"num":0}]"#)
        #expect(try parser.receive(text: (event.text ?? [])[...]) == nil)
        let packet = try #require(try parser.receive(binary: [7]))
        #expect(packet.name == "a\"b")
        #expect(packet.arguments.count == 2)
        let answer = PacketEncoder.acknowledgement(namespace: "/", id: 9_007_199_254_740_991, arguments: [.null])
        #expect(text(answer.text ?? []) == "39007199254740991[null]")
        let refusal = PacketEncoder.refused(namespace: "/x", message: "no", data: .emptyObject)
        #expect(text(refusal.text ?? []) == #"4/x,{"message":"no","data":{}}"#)
        #expect(
            text(PacketEncoder.connected(namespace: "/", id: "i", recoveryID: "p").text ?? [])
                == #"0{"sid":"i","pid":"p"}"#
        )
        #expect(text(PacketEncoder.disconnected(namespace: "/").text ?? []) == "1")
    }

    @Test(arguments: fuzzSeeds)
    func `broken packets never trap`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let samples = [
            #"2/chat,17["say",1,{"a":[2,"\u00e9"]}]"#, #"52-3["a",{"_placeholder":true,"num":1},-1.5e3]"#,
            #"0/admin,{"token":"x"}"#, "312[1,2]", "1/x,", #"61-7[{"_placeholder":true,"num":0}]"#,
        ].map(utf8)
        for _ in 0..<20_000 {
            var bytes = samples.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.damage(&bytes, &generator) }
            var parser = SocketParser()
            guard let packet = try? parser.receive(text: bytes[...]) else { continue }
            for argument in packet.arguments { #expect(JSONText(validating: Array(argument.bytes)) != nil) }
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1 where !bytes.isEmpty: bytes.remove(at: place)
        case 2: bytes.insert(utf8("0123456789-/,[]{}\"\\u:e.").randomElement(using: &generator) ?? 0, at: place)
        default: bytes.append(contentsOf: bytes[place...])
        }
    }
}
