import Diagrams
import Foundation
import Testing

@Suite struct `JSON in and out` {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `keys keep their order and commas stand between values`() {
        let text = written { writer in
            writer.object { writer in
                writer.field("b", 1)
                writer.field("a", ["x", "\"\\\n\u{1}é"])
                writer.field("none", nil as String?)
                writer.key("in")
                writer.object { $0.field("yes", true) }
            }
        }
        #expect(text == #"{"b":1,"a":["x","\"\\\n\u0001é"],"none":null,"in":{"yes":true}}"#)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (-2.25, "-2.25"), (0.000_001, "0.000001"), (0.000_000_4, "0"),
        (123_456.789, "123456.789"), (Double.nan, "null"), (Double.infinity, "null"), (1e12, "null"), (0.1, "0.1"),
    ])
    func `numbers have at most six decimals`(value: Double, text: String) {
        #expect(written { $0.number(value) } == text)
    }

    @Test func `what the writer writes the reader reads`() throws {
        let text = #" {"a":[1,-2.5,1e3,0.1,true,false,null,"é\u00e9\ud83d\ude00\n"],"b":{}} "#
        let value = try JSONReader.value(of: Array(text.utf8))
        #expect(value["a"]?.elements.compactMap(\.number) == [1, -2.5, 1_000, 0.1])
        #expect(value["a"]?.elements.last?.text == "éé😀\n")
        #expect(value["b"] == .object([]))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "01", "1.", "-", "tru", "\"a", "\"\\x\"", "\"\u{1}\"", "1 2", "{a:1}",
        "1e",
        "1e999", "\"\\u12g4\"", String(repeating: "[", count: 100),
    ])
    func `what is not JSON is refused with its place`(text: String) {
        let bytes = Array(text.utf8)
        let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.value(of: bytes) }
        #expect((0...bytes.count).contains(failure?.offset ?? -1))
    }

    @Test func `the reader agrees with Foundation on mutated texts`() throws {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let seed = Array(#"{"key":[1,2.5,-3e2,"text\u0041\n",{"a":null,"b":[true,false]}],"z":""}"#.utf8)
        let letters = Array(#"{}[]":,\0123456789eE.-+ntrufalse "#.utf8)
        for _ in 0..<3_000 {
            var bytes = seed
            for _ in 0...next(3) { bytes[next(bytes.count)] = letters[next(letters.count)] }
            let ours = try? JSONReader.value(of: bytes)
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect((ours == nil) == (theirs == nil), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
