import GraphQL
import Testing

@Suite struct SchemaChangeTests {
    /// The changes between two schemas, each with a query root, as `KIND description`.
    private func changes(_ old: String, _ new: String) throws -> [String] {
        let root = "type Query { ok: Boolean int: Int float: Float }\n"
        return try Schema(sdl: root + new).changes(since: Schema(sdl: root + old))
            .map { "\($0.kind.rawValue) \($0.description)" }
    }

    @Test func `a schema does not differ from itself, nor from its own print`() throws {
        let sdl = """
            directive @tag(name: String = "a") repeatable on FIELD | OBJECT
            interface Named { name: String }
            type Cat implements Named { name: String! lives(of: [In!] = [{ a: 1, b: [2] }]): [Int!]! }
            type Dog implements Named { name: String }
            union Pet = Cat | Dog
            enum Size { SMALL LARGE }
            input In { a: Int! = 3, b: [Int], size: Size = SMALL }
            type Query { pets(size: Size = LARGE): [Pet!] }
            """
        let schema = try Schema(sdl: sdl)
        #expect(schema.changes(since: schema).isEmpty)
        #expect(try Schema(sdl: schema.printed).changes(since: schema).isEmpty)
    }

    @Test func `types that are gone or of another kind are breaking`() throws {
        #expect(
            try changes("scalar Gone type Left { a: Int }", "") == [
                "TYPE_REMOVED Gone was removed.", "TYPE_REMOVED Left was removed.",
            ]
        )
        #expect(try changes("", "scalar Fresh") == [])
        #expect(
            try changes("type T { a: ID }", "type T { b: Int }") == [
                "FIELD_REMOVED T.a was removed.",
                "TYPE_REMOVED Standard scalar ID was removed because it is not referenced anymore.",
            ]
        )
        let kinds = [
            ("scalar T", "a Scalar type"), ("type T { a: Int }", "an Object type"),
            ("interface T { a: Int }", "an Interface type"), ("union T = Query", "a Union type"),
            ("enum T { A }", "an Enum type"), ("input T { a: Int }", "an Input type"),
        ]
        for (old, before) in kinds {
            for (new, after) in kinds where before != after {
                #expect(try changes(old, new) == ["TYPE_CHANGED_KIND T changed from \(before) to \(after)."])
            }
        }
    }

    @Test func `a value, member or interface less is breaking, one more is dangerous`() throws {
        #expect(
            try changes("enum E { A B }", "enum E { C B }") == [
                "VALUE_ADDED_TO_ENUM C was added to enum type E.",
                "VALUE_REMOVED_FROM_ENUM A was removed from enum type E.",
            ]
        )
        let types = "type A { a: Int } type B { a: Int } type C { a: Int }\n"
        #expect(
            try changes(types + "union U = A | B", types + "union U = C | B") == [
                "TYPE_ADDED_TO_UNION C was added to union type U.",
                "TYPE_REMOVED_FROM_UNION A was removed from union type U.",
            ]
        )
        let interfaces = "interface I { a: Int } interface J { a: Int }\n"
        #expect(
            try changes(interfaces + "type T implements I { a: Int }", interfaces + "type T implements J { a: Int }")
                == [
                    "IMPLEMENTED_INTERFACE_ADDED J added to interfaces implemented by T.",
                    "IMPLEMENTED_INTERFACE_REMOVED T no longer implements interface I.",
                ]
        )
    }

    @Test func `fields that are gone are breaking, further ones of objects are not noticed`() throws {
        #expect(
            try changes("type T { a: Int b: Int }", "type T { b: Int c: Int }") == ["FIELD_REMOVED T.a was removed."]
        )
        #expect(
            try changes("interface T { a: Int b: Int }", "interface T { b: Int }") == ["FIELD_REMOVED T.a was removed."]
        )
        #expect(
            try changes("input T { a: Int b: Int }", "input T { b: Int c: Int! d: Int e: Int! = 2 }") == [
                "REQUIRED_INPUT_FIELD_ADDED A required field c on input type T was added.",
                "OPTIONAL_INPUT_FIELD_ADDED An optional field d on input type T was added.",
                "OPTIONAL_INPUT_FIELD_ADDED An optional field e on input type T was added.",
                "FIELD_REMOVED T.a was removed.",
            ]
        )
    }

    @Test(arguments: [
        ("Int", "Int!", true), ("Int!", "Int", false), ("Int", "Float", false), ("Int", "[Int]", false),
        ("[Int]", "[Int!]!", true), ("[Int!]", "[Int]", false), ("[Int]", "Int", false), ("[Int]!", "[Int!]!", true),
        ("[[Int]]", "[[Int!]]!", true), ("[[Int!]]", "[[Int]]", false), ("Int!", "Int!", true),
    ])
    func `a field's type may become narrower`(_ old: String, _ new: String, _ isSafe: Bool) throws {
        let found = try changes("type T { a: \(old) }", "type T { a: \(new) }")
        #expect(found == (isSafe ? [] : ["FIELD_CHANGED_KIND T.a changed type from \(old) to \(new)."]))
    }

    @Test(arguments: [
        ("Int!", "Int", true), ("Int", "Int!", false), ("Int", "Float", false), ("Int", "[Int]", false),
        ("[Int!]!", "[Int]", true), ("[Int]", "[Int!]", false), ("[Int]", "Int", false), ("[Int!]!", "[Int]!", true),
        ("[[Int!]]!", "[[Int]]", true), ("[Int]!", "Int", false), ("Int!", "Int!", true),
    ])
    func `the type of an argument or input field may become wider`(_ old: String, _ new: String, _ isSafe: Bool) throws
    {
        let fields = try changes("input T { a: \(old) }", "input T { a: \(new) }")
        #expect(fields == (isSafe ? [] : ["FIELD_CHANGED_KIND T.a changed type from \(old) to \(new)."]))
        let arguments = try changes("type T { f(a: \(old)): Int }", "type T { f(a: \(new)): Int }")
        #expect(arguments == (isSafe ? [] : ["ARG_CHANGED_KIND T.f arg a has changed type from \(old) to \(new)."]))
    }

    @Test func `arguments that are gone or newly required are breaking, optional ones are dangerous`() throws {
        #expect(
            try changes("type T { f(a: Int, b: Int): Int }", "type T { f(b: Int, c: Int!, d: Int, e: Int! = 1): Int }")
                == [
                    "ARG_REMOVED T.f arg a was removed.",
                    "REQUIRED_ARG_ADDED A required arg c on T.f was added.",
                    "OPTIONAL_ARG_ADDED An optional arg d on T.f was added.",
                    "OPTIONAL_ARG_ADDED An optional arg e on T.f was added.",
                ]
        )
    }

    @Test func `a default that changes is dangerous, whatever the order of its members`() throws {
        let input = "input In { a: Int b: [Int!] }\n"
        #expect(
            try changes(
                input + "type T { f(a: Int = 1, b: Int = 2, c: In = {a: 1, b: 2}, d: Int, e: In = {a: 1}): Int }",
                input + "type T { f(a: Int = 3, b: Int, c: In = {b: [2], a: 1}, d: Int = 1, e: In = {a: 2}): Int }"
            ) == [
                "ARG_DEFAULT_VALUE_CHANGE T.f arg a has changed defaultValue from 1 to 3.",
                "ARG_DEFAULT_VALUE_CHANGE T.f arg b defaultValue was removed.",
                "ARG_DEFAULT_VALUE_CHANGE T.f arg e has changed defaultValue from {a: 1} to {a: 2}.",
            ]
        )
    }

    @Test func `directives that are gone or narrower are breaking`() throws {
        #expect(
            try changes(
                "directive @gone on FIELD directive @d(a: Int, b: Int) repeatable on FIELD | QUERY",
                "directive @d(b: Int, c: Int!, d: Int) on FIELD directive @fresh on FIELD"
            ) == [
                "DIRECTIVE_REMOVED gone was removed.",
                "REQUIRED_DIRECTIVE_ARG_ADDED A required arg c on directive d was added.",
                "DIRECTIVE_ARG_REMOVED a was removed from d.",
                "DIRECTIVE_REPEATABLE_REMOVED Repeatable flag was removed from d.",
                "DIRECTIVE_LOCATION_REMOVED QUERY was removed from d.",
            ]
        )
    }

    @Test func `the dangerous kinds are those that leave documents valid`() {
        let dangerous = SchemaChange.Kind.allCases.filter { !$0.isBreaking }.map(\.rawValue)
        #expect(
            dangerous == [
                "VALUE_ADDED_TO_ENUM", "TYPE_ADDED_TO_UNION", "OPTIONAL_INPUT_FIELD_ADDED", "OPTIONAL_ARG_ADDED",
                "IMPLEMENTED_INTERFACE_ADDED", "ARG_DEFAULT_VALUE_CHANGE",
            ]
        )
    }
}
