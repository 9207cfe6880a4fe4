import GraphQL
import Testing

/// Documents made to exhaust a server. Each must be refused with few, short errors; that the suite ends soon shows that
/// none of them takes long.
@Suite struct AttackTests {
    private static let sdl = """
        type Query { node: Node! nodes(first: Int): [Node!]! pet: Pet find(input: Filter, list: [Int]): String }
        type Node { id: ID! name: String! child: Node! nodes(first: Int): [Node!]! }
        interface Pet { name: String! }
        type Dog implements Pet { name: String! bark(loud: Boolean): String }
        type Cat implements Pet { name: String! }
        input Filter { all: [Filter!] name: String }
        """

    private struct Node: GraphQLObject {}

    private static let engine: Engine<Void>? = {
        var resolvers = Resolvers<Void>()
        resolvers.type("Node", Node.self) { fields in
            fields.field("id") { _ in "1" }
            fields.field("name") { _ in "node" }
            fields.field("child") { $0 }
            fields.field("nodes") { _, arguments, _ in
                [Node](repeating: Node(), count: min(arguments.optionalInt("first") ?? 1, 1_000))
            }
        }
        resolvers.type("Dog", Dog.self) { fields in
            fields.field("name") { _ in "dog" }
            fields.field("bark") { _ -> String? in nil }
        }
        resolvers.type("Cat", Cat.self) { $0.field("name") { _ in "cat" } }
        resolvers.query { fields in
            fields.field("node") { _ in Node() }
            fields.field("nodes") { _ in [Node()] }
            fields.field("pet") { _ -> Dog? in Dog() }
            fields.field("find") { _ -> String? in nil }
        }
        return try? Engine(sdl: sdl, resolvers: resolvers)
    }()

    private struct Dog: GraphQLObject {}
    private struct Cat: GraphQLObject {}

    /// The errors of a refused request.
    private func refuse(_ query: String, _ variables: Value = [:]) async throws -> [String] {
        let engine = try #require(Self.engine)
        let response = await engine.execute(Request(query: query, variables: variables), context: ())
        #expect(response.isRequestError)
        #expect(response.body.count < 100_000)
        let body = try JSON.parse(response.body)
        guard case .list(let errors)? = body["errors"] else { return [] }
        #expect(!errors.isEmpty && errors.count <= 101)
        return errors.map { error in
            guard case .string(let message)? = error["message"] else { return "" }
            return message
        }
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test(arguments: [201, 1_000, 7_000, 100_000])
    func `deep nesting of anything is refused`(depth: Int) async throws {
        for document in [
            repeated("{node", depth),
            "{ node " + repeated("{ child ", depth) + repeated("}", depth) + "}",
            "{ find(list: " + repeated("[", depth) + repeated("]", depth) + ") }",
            "{ find(input: " + repeated("{all: ", depth) + "1" + repeated("}", depth) + ") }",
            "query ($x: " + repeated("[", depth) + "Int" + repeated("]", depth) + ") { find }",
            "{ " + repeated("... {", depth) + " find " + repeated("}", depth) + "}",
        ] {
            let errors = try await refuse(document)
            #expect(errors.count == 1)
            #expect(errors[0].contains("nested more than 200 levels") || errors[0].contains("tokens"))
        }
    }

    @Test func `depth counts through fragments at their deepest use`() async throws {
        let document = """
            { ...A node { child { child { child { child { child { child { child { ...A } } } } } } } } }
            fragment A on Query { node { ...B } }
            fragment B on Node { child { child { child { child { child { child { child { child { child { child { child { child { child { id } } } } } } } } } } } } } }
            """
        let deep = document.replacing("child { ...A }", with: "child { ...B }")
        #expect(try await refuse(deep) == ["The operation nests deeper than 20 levels."])
        let named =
            "query __schema { ...__schema } fragment __schema on Query { node "
            + repeated("{ child ", 30) + "{ id }" + repeated("}", 30) + "}"
        #expect(try await refuse(named) == ["The operation nests deeper than 20 levels."])
    }

    @Test(arguments: [1_000, 4_000, 20_000])
    func `many aliases are refused, hidden in fragments too`(count: Int) async throws {
        let aliases = (0..<count).map { "a\($0): find " }.joined()
        #expect(try await refuse("{ \(aliases) }").count == 1)
        let few = (0..<count / 100).map { "a\($0): id " }.joined()
        let spreads = repeated("...F ", 100)
        #expect(try await refuse("{ node { \(spreads) } } fragment F on Node { \(few) id }").count == 1)
    }

    @Test(arguments: [51, 5_000, 70_000])
    func `many directives at one place are refused`(count: Int) async throws {
        for directive in ["@a", "@include(if: true)", "@skip(if: false)"] {
            let errors = try await refuse("{ find " + repeated(directive + " ", count) + "}")
            #expect(errors.count == 1)
        }
    }

    @Test func `the same field many times is merged, with different arguments refused`() async throws {
        let engine = try #require(Self.engine)
        let same = "{ node { " + repeated("id ", 10_000) + "} }"
        #expect(await engine.execute(Request(query: same), context: ()).text == #"{"data":{"node":{"id":"1"}}}"#)
        let different = "{ " + (0..<2_000).map { "find(list: \($0)) " }.joined() + "}"
        #expect(try await refuse(different) == ["The operation has more than 100 root fields."])
        let nested = "{ node { " + (0..<1_000).map { "nodes(first: \($0)) { id } " }.joined() + "} }"
        #expect(try await refuse(nested).count == 101)
        let overlapping =
            "{ pet { " + repeated("... on Dog { \(repeated("name ", 20)) } ... on Cat { name } ", 200) + "} }"
        #expect(
            await engine.execute(Request(query: overlapping), context: ()).text == #"{"data":{"pet":{"name":"dog"}}}"#
        )
    }

    @Test func `fragments that would expand without bound are refused`() async throws {
        let bomb =
            "{ node { ...F0 } } "
            + (0..<28).map { "fragment F\($0) on Node { a: child { ...F\($0 + 1) } b: child { ...F\($0 + 1) } } " }
            .joined()
            + "fragment F28 on Node { id }"
        #expect(try await refuse(bomb).count == 1)
        let doubled =
            "{ ...F0 } "
            + (0..<60).map { "fragment F\($0) on Query { ...F\($0 + 1) ...F\($0 + 1) } " }.joined()
            + "fragment F60 on Query { find }"
        #expect(try await refuse(doubled).count == 1)
        let chain =
            "{ ...F0 } " + (0..<1_800).map { "fragment F\($0) on Query { ...F\($0 + 1) } " }.joined()
            + "fragment F1800 on Query { find }"
        #expect(try await refuse(chain) == ["The operation nests deeper than 200 selections."])
    }

    @Test func `long chains of fragments are refused, used or not`() async throws {
        func chain(_ count: Int, _ inner: (Int) -> String) -> String {
            (0..<count).map { "fragment F\($0) on Node { \(inner($0 + 1)) } " }.joined()
                + "fragment F\(count) on Node { id }"
        }
        let inners: [(Int) -> String] = [{ "...F\($0)" }, { "... { ...F\($0) }" }, { "child { ...F\($0) }" }]
        for inner in inners {
            let unused = try await refuse("{ find } " + chain(1_250, inner))
            #expect(unused.count == 101 && unused[0] == "Fragment \"F0\" is never used.")
            #expect(try await refuse("{ node { ...F0 } } " + chain(1_250, inner)).count == 1)
        }
        let roots = (0..<700).map { "fragment R\($0) on Node { ...F0 } " }.joined()
        #expect(try await refuse("{ find } " + roots + chain(700) { "...F\($0)" }).count <= 101)
        #expect(try await refuse("{ node { ...F0 } } " + chain(5_000) { "...F\($0)" })[0].contains("15000 tokens"))
    }

    @Test(arguments: [1, 2, 1_000])
    func `fragments in a circle are refused`(length: Int) async throws {
        let circle =
            "{ ...F0 } "
            + (0..<length).map { "fragment F\($0) on Query { ...F\(($0 + 1) % length) find } " }.joined()
        #expect(try await refuse(circle)[0].hasPrefix("Cannot spread fragment \"F0\" within itself") || length > 200)
        let merging = "{ node { ...F } } fragment F on Node { child { ...F child { ...F } } }"
        #expect(try await refuse(merging).contains { $0.hasPrefix("Cannot spread fragment") })
    }

    @Test func `overlapping fields are compared in a time near the length of the document`() async throws {
        let engine = try #require(Self.engine)
        for same in [
            "{ node { " + repeated("nodes(first: 1) { id name } ", 1_000) + "} }",
            "{ node { " + repeated("__typename ", 3_000) + "} }",
            "{ pet { " + repeated("... on Dog { \(repeated("name ", 55)) } ", 200) + "} }",
        ] {
            #expect(await engine.execute(Request(query: same), context: ()).hasErrors == false)
        }
        let crowd = "{ pet { " + repeated("... on Dog { \(repeated("name ", 100)) } ", 200) + "} }"
        #expect(try await refuse(crowd)[0].contains("15000 tokens"))
        let different = "{ node { " + (0..<1_600).map { "nodes(first: \($0)) { id } " }.joined() + "} }"
        #expect(try await refuse(different).count <= 101)
        let nested = (0..<400).map { "...on Dog { bark(loud: \($0.isMultiple(of: 2))) } ...on Cat { name } " }.joined()
        #expect(try await refuse("{ pet { \(nested) } }").count <= 101)
    }

    @Test func `misspelt fields give nothing away when introspection is off`() async throws {
        var options = EngineOptions<Void>()
        options.introspection = false
        let schema = try Schema(sdl: "type Query { secretName(secretFlag: Boolean): String }")
        var resolvers = Resolvers<Void>()
        resolvers.query { $0.field("secretName") { _ -> String? in nil } }
        let engine = try Engine(schema: schema, resolvers: resolvers, options: options)
        for query in [
            "{ secretNam }", "{ secretName(secretFla: true) }", "{ secretName @skp }", "{ ...on Quer { secretNam } }",
        ] {
            let response = await engine.execute(Request(query: query), context: ())
            #expect(response.isRequestError)
            #expect(!response.text.contains("Did you mean"))
        }
        for query in [
            "{ __schema { types { name } } }",
            "query __schema { ...__schema } fragment __schema on Query { __type(name: \"Query\") { name } }",
        ] {
            #expect(await engine.execute(Request(query: query), context: ()).text.contains("INTROSPECTION_DISABLED"))
        }
    }

    @Test func `introspection in circles is refused`() async throws {
        let hidden = """
            { ...S } fragment S on Query { __schema { types { ...T } } }
            fragment T on __Type { fields { type { ...U } } } fragment U on __Type { fields { type { ...V } } }
            fragment V on __Type { fields { name } }
            """
        #expect(try await refuse(hidden).contains("Maximum introspection depth exceeded"))
        let query = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
        #expect(try await refuse(query) == ["Maximum introspection depth exceeded"])
    }

    @Test func `floods of mistakes are reported briefly`() async throws {
        let unknown = "{ node { " + (0..<10_000).map { "x\($0) " }.joined() + "} }"
        #expect(try await refuse(unknown).count == 101)
        let arguments = "{ find(" + (0..<3_000).map { "x\($0): 1 " }.joined() + ") }"
        #expect(try await refuse(arguments).count == 101)
        let shared =
            (0..<300).map { "query Q\($0) { ...F0 x\($0) } " }.joined()
            + (0..<150).map { "fragment F\($0) on Query { ...F\($0 + 1) } " }.joined()
            + "fragment F150 on Query { find }"
        #expect(try await refuse(shared).count == 101)
        let long = repeated("a", 20_000)
        #expect(try await refuse("{ \(long) }")[0].utf8.count < 1_000)
        #expect(try await refuse("{ find(\(long): 1) ...\(long) }").allSatisfy { $0.utf8.count < 1_000 })
        let operations = (0..<2_000).map { "query Q\($0) { find } " }.joined()
        #expect(try await refuse(operations).count == 1)
        let many = (0..<5_000).map { "x\($0): 1 " }.joined()
        #expect(try await refuse("{ find(\(many)) }")[0].contains("15000 tokens"))
        let mesh = (0..<300).map { "query Q\($0) { ...F\($0) } fragment F\($0) on Query { find } " }.joined()
        #expect(try await refuse(mesh) == ["Must provide operation name if query contains multiple operations."])
    }

    @Test func `large texts are read once or refused`() async throws {
        let engine = try #require(Self.engine)
        for filler in [repeated(" ", 1_000_000), "#" + repeated("x", 1_000_000) + "\n", repeated("\n", 1_000_000)] {
            let response = await engine.execute(Request(query: "{ find \(filler) }"), context: ())
            #expect(response.text == #"{"data":{"find":null}}"#)
        }
        #expect(try await refuse("{ find(list: \"\(repeated("x", 1_000_000))\") }").count == 1)
        #expect(try await refuse("{ find(list: \"\"\"\(repeated("x\n", 100_000))\"\"\") }").count == 1)
        #expect(try await refuse(repeated(" ", 1_048_577)) == ["The document is larger than 1048576 bytes."])
        #expect(try await refuse("{ find(list: \(repeated("9", 10_000))) }").count == 1)
        #expect(try await refuse("{ find(list: 1e999999999) }").count == 1)
        #expect(try await refuse("{ \(repeated("a", 1_000_000)) }")[0].utf8.count < 1_000)
        #expect(try await refuse("{ " + repeated("find ", 15_001) + "}")[0].contains("15000 tokens"))
    }

    @Test func `variables beyond their limits are refused`() async throws {
        let many = (0..<3_000).map { "$v\($0): Int " }.joined()
        #expect(try await refuse("query (\(many)) { find }") == ["The operation has more than 500 variables."])
        let more = (0..<5_000).map { "$v\($0): Int " }.joined()
        #expect(try await refuse("query (\(more)) { find }")[0].contains("15000 tokens"))
        let list = Value.list((0..<5_000).map { _ in "x" })
        let errors = try await refuse("query ($l: [Int]) { find(list: $l) }", ["l": list])
        #expect(errors.count == 51)
    }

    @Test func `lists of lists are refused by their cost before anything runs`() async throws {
        let query = """
            query ($n: Int) { nodes(first: $n) { nodes(first: $n) { nodes(first: $n) { nodes(first: $n) { nodes(first: $n) { id } } } } } }
            """
        #expect(try await refuse(query, ["n": 20]) == ["The operation costs 3368420, more than the 50000 allowed."])
        #expect(try await refuse(query, ["n": 2_147_483_647])[0].hasPrefix("The operation costs 9223372036854775807"))
    }

    @Test func `circles that share their way are reported briefly`() async throws {
        let count = 1_200
        let circles = (0..<count).map { "fragment F\($0) on Query { ...F\(($0 + 1) % count) ...F0 } " }.joined()
        // No operation uses them, so that no limit of depth stops them before they are looked at.
        let response = await (try #require(Self.engine)).execute(Request(query: "{ find } " + circles), context: ())
        #expect(response.text.hasPrefix(#"{"errors":[{"message":"Cannot spread fragment \"F0\" within itself via"#))
        #expect(response.body.count < 500_000)
    }

    @Test func `an error names few of the places where its field is selected`() async throws {
        var resolvers = Resolvers<Void>()
        resolvers.type("Item", Node.self) { fields in
            fields.field("secret") { _ -> String? in throw GraphQLError("no") }
        }
        resolvers.query { $0.field("items") { _ in [Node](repeating: Node(), count: 1_000) } }
        let sdl = "type Query { items: [Item!]! } type Item { secret: String }"
        let engine = try Engine(sdl: sdl, resolvers: resolvers)
        let request = Request(query: "{ items { " + repeated("secret ", 10_000) + "} }")
        let response = await engine.execute(request, context: ())
        #expect(response.hasErrors)
        #expect(response.body.count < 500_000)
    }

    @Test func `operations that share a large fragment cost no more than their length`() async throws {
        let operations = (0..<400).map { "query Q\($0)($v: Int) { node { ...F } } " }.joined()
        let fragment = "fragment F on Node { " + repeated("nodes(first: $v) { id } ", 850) + "}"
        let errors = try await refuse(operations + fragment)
        #expect(errors == ["The document has too many fields that may have to be merged."])
    }

    @Test func `thousands of unknown fragments beside a conflict are reported briefly`() async throws {
        let spreads = (0..<7_000).map { "...F\($0) " }.joined()
        let errors = try await refuse("{ find find: __typename \(spreads) }")
        #expect(errors.count == 101 && errors[0].hasPrefix("Fields \"find\" conflict"))
    }

    @Test func `a text of one character with many marks is cut`() async throws {
        let marks = repeated("\u{301}", 400_000)
        #expect(try await refuse("{ find(list: \"a\(marks)\") }")[0].utf8.count < 2_000)
        #expect(try await refuse("{ find \"a\(marks)\" }")[0].utf8.count < 2_000)
    }
}
