import GraphQL
import Testing

@Suite struct JSONTests {
    private func read(_ text: String) throws(JSONError) -> Value { try JSON.parse(Array(text.utf8)) }

    private func written(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func `values are read with their order and kinds`() throws {
        let text = #"{"b":[1,-2.5,true,null,"x\n\u00e9\ud83d\ude00"],"a":{},"c":1e3}"#
        let value = try read(text)
        #expect(
            value == [
                "b": [1, -2.5, true, .null, "x\n\u{e9}\u{1F600}"], "a": [:], "c": .double(1_000),
            ]
        )
        #expect(written(value) == #"{"b":[1,-2.5,true,null,"x\n\#u{e9}\#u{1F600}"],"a":{},"c":1000}"#)
    }

    @Test func `numbers beyond their range are no reason to fail`() throws {
        #expect(try read("9223372036854775807") == .int(.max))
        #expect(try read("9223372036854775808") == .double(9_223_372_036_854_775_808))
        #expect(try read("1e999999999") == .double(.infinity))
        #expect(try read(String(repeating: "9", count: 10_000)) == .double(.infinity))
        #expect(written(.double(.infinity)) == "null")
        #expect(written(.double(1e21)) == "1e+21")
        #expect(written(.double(1e-7)) == "1e-7")
        #expect(written(.double(123_456.75)) == "123456.75")
        #expect(written(.int(.min)) == "-9223372036854775808")
    }

    @Test func `a member that occurs twice has its last value`() throws {
        #expect(try read(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
        let many = (0..<1_000).map { "\"k\($0 % 500)\":\($0)" }.joined(separator: ",")
        guard case .object(let members) = try read("{\(many)}") else { return #expect(Bool(false)) }
        #expect(members.count == 500)
        #expect(members.first?.value == 500)
    }

    @Test(
        arguments: [
            "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "-", "+1", ".5", "tru", "nul",
            "\"",
            "\"\\x\"", "\"\\u12\"", "\"\n\"", "[1]]", "'a'", "NaN", "\u{FEFF}1", "{\"a\":1,}",
        ]
    )
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test func `bad UTF-8, deep nesting and large texts are refused`() {
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
        #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { try JSON.parse(Array("[1,2,3]".utf8), maxBytes: 5) }
    }

    @Test func `lone surrogates become replacement characters`() throws {
        #expect(try read(#""\ud800x""#) == "\u{FFFD}x")
        #expect(try read(#""\ud800\u0041""#) == "\u{FFFD}A")
        #expect(try read(#""\udc00""#) == "\u{FFFD}")
    }
}

@Suite struct JSONNumberTests {
    @Test func `numbers are written in the shortest form that reads back the same`() throws {
        let written: [(Double, String)] = [
            (0.5, "0.5"), (-0.25, "-0.25"), (1.1, "1.1"), (0.1 + 0.2, "0.30000000000000004"), (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (123_456_789.125, "123456789.125"), (-2.5e-7, "-2.5e-7"), (99.99, "99.99"), (1e21, "1e+21"), (0.1, "0.1"),
            (1.0 / 3, "0.3333333333333333"), (999_999_999_999.999, "999999999999.999"),
            (Double.leastNonzeroMagnitude, "5e-324"),
            (10.05, "10.05"),
        ]
        for (number, text) in written {
            var writer = JSONWriter()
            writer.double(number)
            #expect(String(decoding: writer.finish(), as: UTF8.self) == text)
        }
        for step in 1...20_000 {
            let number = Double(step) * 0.0371
            var writer = JSONWriter()
            writer.double(number)
            let text = String(decoding: writer.finish(), as: UTF8.self)
            #expect(Double(text) == number && text.utf8.count <= number.description.utf8.count)
        }
    }

    @Test func `strings are escaped wherever in them the special characters stand`() throws {
        for special in ["\"", "\\", "\n", "\u{1F}", "é", "😀", " ", "!", "#", "[", "]"] {
            for before in 0..<20 {
                let text = String(repeating: "a", count: before) + special + "bcdefghijk"
                var writer = JSONWriter()
                writer.string(text)
                #expect(try JSON.parse(writer.finish()) == .string(text))
            }
        }
    }
}
