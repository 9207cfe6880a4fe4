import Testing

@testable import GraphQL

@Suite struct ConformanceCommandTests {
    private static let schemas = """
        {"kind":"schemas","schemas":{"pets":"type Query { pet: Pet, count: Int! } union Pet = Cat | Dog \
        type Cat { name: String! } type Dog { name: String, friends: [Dog!] }"}}
        """

    private func answers(_ lines: String...) -> [String] {
        var command = ConformanceCommand()
        return lines.compactMap { line in
            command.answer(Array(line.utf8)).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func `what is parsed is printed, listed and stripped`() {
        let lines = answers(
            #"{"id":1,"kind":"parse","entry":"document","text":"query Q { a , b }"}"#,
            #"{"id":2,"kind":"parse","entry":"value","text":"[ 1 $x ]"}"#,
            #"{"id":3,"kind":"parse","entry":"constValue","text":"$x"}"#,
            #"{"id":4,"kind":"parse","entry":"type","text":"[ A ! ]"}"#,
            #"{"id":5,"kind":"parse","entry":"document","text":"{ a }","options":{"maxTokens":2}}"#
        )
        #expect(
            lines == [
                #"{"id":1,"ok":true,"printed":"query Q {\n  a\n  b\n}","definitions":[["OperationDefinition","Q"]],"#
                    + #""stripped":"query Q{a b}"}"#,
                #"{"id":2,"ok":true,"printed":"[1, $x]"}"#,
                #"{"id":3,"ok":false,"error":{"message":"Syntax Error: Unexpected variable \"$x\" in constant value.","#
                    + #""locations":[[1,1]]}}"#,
                #"{"id":4,"ok":true,"printed":"[A!]"}"#,
                #"{"id":5,"ok":false,"error":{"message":"Syntax Error: Document contains more that 2 tokens. "#
                    + #"Parsing aborted.","locations":[[1,5]]}}"#,
            ]
        )
    }

    @Test func `tokens count positions in UTF-16 units`() {
        #expect(
            answers(#"{"id":"l","kind":"lex","text":"\"😀\"\r\n1"}"#, #"{"id":"m","kind":"lex","text":"a ?"}"#) == [
                #"{"id":"l","ok":true,"tokens":[["String","😀",0,4,1,1],["Int","1",6,7,2,1],["<EOF>",null,7,7,2,2]]}"#,
                #"{"id":"m","ok":false,"error":{"message":"Syntax Error: Unexpected character: \"?\".","#
                    + #""locations":[[1,3]]}}"#,
            ]
        )
    }

    @Test func `documents are validated by named schemas and by schemas of their own`() {
        let lines = answers(
            Self.schemas,
            #"{"id":1,"kind":"validate","schema":"pets","document":"{ count }"}"#,
            #"{"id":2,"kind":"validate","schema":"type Query { a: Int }","document":"{ beta gamma }","maxErrors":1}"#,
            #"{"id":3,"kind":"validate","schema":"pets","document":"{"}"#
        )
        #expect(
            lines == [
                #"{"id":1,"errors":[]}"#,
                #"{"id":2,"errors":[{"message":"Cannot query field \"beta\" on type \"Query\".","locations":[[1,3]]},"#
                    + #"{"message":"Too many validation errors, error limit reached. Validation aborted."}]}"#,
                #"{"id":3,"errors":[{"message":"Syntax Error: Expected Name, found <EOF>.","locations":[[1,2]]}]}"#,
            ]
        )
    }

    @Test func `definitions are built alone and onto a schema`() {
        let lines = answers(
            #"{"id":1,"kind":"sdl","sdl":"type Query { a: Int }"}"#,
            #"{"id":2,"kind":"sdl","sdl":"extend type Query { b: Int }","extend":"type Query { a: Int }"}"#,
            #"{"id":3,"kind":"sdl","sdl":"type Query { a: Missing }"}"#
        )
        #expect(
            lines == [
                #"{"id":1,"valid":true,"printedSchema":"type Query {\n  a: Int\n}"}"#,
                #"{"id":2,"valid":true,"printedSchema":"type Query {\n  a: Int\n  b: Int\n}"}"#,
                #"{"id":3,"valid":false,"errors":[{"message":"Unknown type \"Missing\".","locations":[[1,17]]}]}"#,
            ]
        )
    }

    @Test func `a schema is also printed in the natural order of its names`() throws {
        let sdl = """
            type Query { b(y2: Int, y10: I = {z: 1, a: 2}, y01: Int): B a: A } input I { z: Int a: Int } \
            type B { x: Int } enum A { Z Y } directive @d on QUERY | FIELD
            """
        let line = answers(
            Value.object([
                .init(name: "id", value: 1), .init(name: "kind", value: "schema"),
                .init(name: "sdl", value: .string(sdl)),
            ]).json
        )[0]
        let answer = try JSON.parse(Array(line.utf8))
        #expect(
            answer["sorted"]?.text == """
                directive @d on FIELD | QUERY

                enum A {
                  Y
                  Z
                }

                type B {
                  x: Int
                }

                input I {
                  a: Int
                  z: Int
                }

                type Query {
                  a: A
                  b(y01: Int, y2: Int, y10: I = {a: 2, z: 1}): B
                }
                """
        )
        #expect(answer["printed"]?.text?.hasPrefix("directive @d on QUERY | FIELD\n\ntype Query {\n  b(y2") == true)
        #expect(answer["introspection"]?["__schema"]?["queryType"] == ["name": "Query", "kind": "OBJECT"])
    }

    @Test func `resolvers answer from the root by response key`() {
        let lines = answers(
            Self.schemas,
            #"{"id":1,"kind":"execute","schema":"pets","document":"{ p: pet { ...on Dog { name friends { name } } } "#
                + #"other: pet { __typename } }","root":{"p":{"value":{"$type":"Dog","fields":{"name":{"error":"lost"},"#
                + #""friends":{"value":[{"$error":"shy"}]}}}}}}"#,
            #"{"id":2,"kind":"execute","schema":"pets","document":"{ count }","root":{"count":{"value":{"$leaf":3}}}}"#,
            #"{"id":3,"kind":"execute","schema":"pets","document":"{ count }","operationName":"Q","root":{}}"#
        )
        #expect(
            lines == [
                #"{"id":1,"result":{"data":{"p":{"name":null,"friends":null},"other":null},"errors":["#
                    + #"{"message":"lost","locations":[[1,24]],"path":["p","name"]},"#
                    + #"{"message":"shy","locations":[[1,29]],"path":["p","friends",0]}]}}"#,
                #"{"id":2,"result":{"data":{"count":3}}}"#,
                #"{"id":3,"result":{"errors":[{"message":"Unknown operation named \"Q\"."}]}}"#,
            ]
        )
    }

    @Test func `a request that cannot be answered is answered with an error`() {
        let deep = String(repeating: "[", count: 100_000)
        let lines = answers(
            "nonsense",
            deep,
            "[]",
            #"{"id":7}"#,
            #"{"id":8,"kind":"parse"}"#,
            #"{"id":9,"kind":"validate","schema":"{","document":"{ a }"}"#,
            #"{"id":10,"kind":"parse","text":"{ a }","entry":"poem"}"#
        )
        #expect(lines.count == 7)
        for line in lines { #expect(line.contains(#","error":""#)) }
        #expect(lines[3].hasPrefix(#"{"id":7,"#))
    }

    @Test func `selections without end are refused, harmless cycles are not`() {
        let lines = answers(
            #"{"id":1,"kind":"execute","schema":"type Query { q: Query, a: Int }","document":"{ ...F } "#
                + #"fragment F on Query { q { ...F } }","root":{}}"#,
            #"{"id":2,"kind":"execute","schema":"type Query { q: Query, a: Int }","document":"{ ...F } "#
                + #"fragment F on Query { a ...F }","root":{"a":{"value":1}}}"#
        )
        #expect(lines[0].contains("within itself"))
        #expect(lines[1] == #"{"id":2,"result":{"data":{"a":1}}}"#)
    }

    @Test func `definitions in an executable document are checked like those of a schema`() {
        let sdl = "{ count } type A implements B { a(x: Int = {y: 1, y: 2}): C } union U = D schema { query: E }"
        let lines = answers(
            Self.schemas,
            #"{"id":1,"kind":"validate","schema":"pets","document":"\#(sdl)"}"#
        )
        for name in ["B", "C", "D", "E"] { #expect(lines[0].contains(#"Unknown type \"\#(name)\"."#)) }
        #expect(lines[0].contains(#"There can be only one input field named \"y\"."#))
    }

    @Test func `what cannot be a token is reported before an unknown kind of operation`() {
        let lines = answers(
            #"{"id":1,"kind":"parse","text":"schema { foo ? }"}"#,
            #"{"id":2,"kind":"parse","text":"schema { foo: Q }"}"#,
            #"{"id":3,"kind":"parse","text":"schema { 1 }"}"#
        )
        #expect(lines[0].contains(#"Unexpected character: \"?\".","locations":[[1,14]]"#))
        #expect(lines[1].contains(#"Unexpected Name \"foo\".","locations":[[1,10]]"#))
        #expect(lines[2].contains(#"Expected Name, found Int \"1\".","locations":[[1,10]]"#))
    }

    @Test func `a reason that is left out is the usual one, whoever defines the directive`() {
        let sdl =
            "directive @deprecated(reason: String) on FIELD_DEFINITION "
            + #"type Query { a: Int @deprecated b: Int @deprecated(reason: \"x\") c: Int @deprecated(reason: null) }"#
        let line = answers(#"{"id":1,"kind":"sdl","sdl":"\#(sdl)"}"#)[0]
        #expect(line.contains(#"a: Int @deprecated\n  b: Int @deprecated(reason: \"x\")\n  c: Int\n}"#))
    }

    @Test func `quotes with marks above them are escaped in block strings`() {
        let text = #""\"\"\"x\\\"\"\"\u0301y\"\"\"""#
        #expect(
            answers(#"{"id":1,"kind":"parse","entry":"value","text":\#(text)}"#)
                == [#"{"id":1,"ok":true,"printed":"\"\"\"x\\\"\"\"\#u{301}y\"\"\""}"#]
        )
    }

    @Test func `arguments that only look the same differ`() {
        let schema = "type Query { find(text: String): Int }"
        let line = answers(
            #"{"id":1,"kind":"validate","schema":"\#(schema)","#
                + #""document":"{ find(text: \"\u00e9\") find(text: \"e\u0301\") }"}"#
        )[0]
        #expect(line.contains("they have differing arguments"))
    }

    @Test func `a subscription's fragments may lead as far as they like`() {
        let chain = (0..<6_000).map { "fragment F\($0) on S{...F\($0 + 1)}" }.joined() + "fragment F6000 on S{a b}"
        let schema = "type Query { a: Int } type S { a: Int b: Int } schema { query: Query subscription: S }"
        let line = answers(
            #"{"id":1,"kind":"validate","schema":"\#(schema)","document":"subscription{...F0}\#(chain)"}"#
        )[0]
        #expect(line.contains("must select only one top level field."))
    }
}
