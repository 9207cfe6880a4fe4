import SocketIO
import Testing

@Suite struct JSONTextTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.5e-7", "12E+3", #""""#, #""a\"\\\/\b\f\n\r\té""#, "[]", "{}",
        "[1,[2,{\"a\":[]}],\"x\"]", #"{"a":1,"a":2}"#, " [ 1 , 2 ] ", #"{"a" : {"b" : null}}"#, "\"\u{1F600}\"",
    ])
    func `one value is accepted`(_ json: String) {
        #expect(JSONText(validating: utf8(json)) != nil)
    }

    @Test(arguments: [
        "", " ", "nul", "truee", "tru", "01", "-", "1.", ".5", "1e", "+1", "\"", "\"\\\"", #""\x""#, #""\u12g4""#,
        "\"\\u12",
        "\"a\nb\"", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "1 2", "[]]", "'a'", "NaN", "undefined",
    ])
    func `what is not one value is refused`(_ json: String) {
        #expect(JSONText(validating: utf8(json)) == nil)
    }

    @Test func `nesting ends at sixty-four`() {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
        }
        #expect(JSONText(validating: nested(64)) != nil)
        #expect(JSONText(validating: nested(65)) == nil)
        let objects = utf8(String(repeating: #"{"a":"#, count: 65) + "1" + String(repeating: "}", count: 65))
        #expect(JSONText(validating: objects) == nil)
    }

    @Test func `a megabyte of brackets is refused without recursion`() {
        #expect(JSONText(validating: [UInt8](repeating: 0x5B, count: 1_000_000)) == nil)
        #expect(JSONText(validating: utf8(String(repeating: #"{"a":"#, count: 200_000))) == nil)
    }

    @Test func `strings are read with their escapes`() {
        func string(_ json: String) -> String? { JSONText(validating: utf8(json))?.string }
        #expect(string(#""plain""#) == "plain")
        #expect(string(#""a\"\\\/\b\f\n\r\t""#) == "a\"\\/\u{8}\u{C}\n\r\t")
        #expect(string(#""\u00e9\ud83d\ude00""#) == "é😀")
        #expect(string(#""\ud83d-\ude00-\ud83dx""#) == "\u{FFFD}-\u{FFFD}-\u{FFFD}x")
        #expect(string("17") == nil)
    }

    @Test func `strings are written so that they are read as they were`() {
        let all = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) })) + "é😀"
        let written = JSONText.string(all)
        #expect(JSONText(validating: Array(written.bytes)) == written)
        #expect(written.string == all)
    }

    @Test func `members and elements are found, the last of a name`() {
        let object = JSONText(validating: utf8(#"{"a":1,"b":{"a":2},"\u0061":[3, 4]}"#))
        #expect(object?["a"]?.elements?.compactMap(\.integer) == [3, 4])
        #expect(object?["b"]?["a"]?.integer == 2)
        #expect(object?["c"] == nil)
        #expect(object?.elements == nil)
        #expect(JSONText(validating: utf8("[1]"))?["a"] == nil)
    }

    @Test func `values are written`() {
        let value = JSONText.object(["a": .array([.integer(-1), .bool(true), .null]), "b\"": .string("x")])
        #expect(text(value.bytes) == #"{"a":[-1,true,null],"b\"":"x"}"#)
        #expect(text(JSONText.attachment(3).bytes) == #"{"_placeholder":true,"num":3}"#)
    }
}
