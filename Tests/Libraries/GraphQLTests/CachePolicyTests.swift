import GraphQL
import Testing

@Suite struct CachePolicyTests {
    private struct Shelf: GraphQLObject {
        let books: [Book]
    }

    private struct Book: GraphQLObject {
        let tags: [String]
    }

    private func engine() throws -> Engine<Int> {
        var resolvers = Resolvers<Int>()
        resolvers.query { query in
            query.field("leaf") { _, _, _ in "leaf" }
            query.field("silent") { _, _, _ in Book(tags: []) }
            query.asyncField("kept") { _, _, count in
                Shelf(books: (0..<count).map { Book(tags: Array(repeating: "tag", count: $0)) })
            }
            query.field("forYears") { _, _, _ in "old" }
            query.field("echo") { _, arguments, _ in arguments.optionalString("text") }
            query.field("failing") { _, _, _ -> String? in throw GraphQLError("It failed.") }
        }
        resolvers.mutation { $0.field("change") { _, _, _ in "changed" } }
        resolvers.type("Shelf", Shelf.self) { shelf in
            shelf.field("books") { $0.books }
            shelf.field("inherited") { $0.books }
            shelf.asyncField("later") { shelf, _, _ in shelf.books }
            shelf.field("silent") { $0.books.first }
            shelf.field("count") { $0.books.count }
        }
        resolvers.type("Book", Book.self) { book in
            book.field("tags") { $0.tags }
            book.field("mine") { _ in true }
            book.field("short") { _ in 1 }
        }
        return try Engine(
            sdl: """
                directive @cacheControl(maxAge: Int, scope: CacheScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
                directive @cost(weight: Int!) on FIELD_DEFINITION
                directive @listSize(assumedSize: Int!) on FIELD_DEFINITION
                enum CacheScope { PUBLIC PRIVATE }
                type Query {
                  leaf: String
                  silent: Book
                  kept: Shelf! @cacheControl(maxAge: 60)
                  forYears: String @cacheControl(maxAge: 100000)
                  echo(text: String = "x"): String @cacheControl(maxAge: 5)
                  failing: String @cacheControl(maxAge: 5)
                }
                type Mutation { change: String @cacheControl(maxAge: 60) }
                type Shelf {
                  books: [Book!]! @cacheControl(maxAge: 30) @cost(weight: 2) @listSize(assumedSize: 7)
                  inherited: [Book!]! @cacheControl(inheritMaxAge: true)
                  later: [Book!]! @cacheControl(inheritMaxAge: true) @listSize(assumedSize: 7)
                  silent: Book
                  count: Int!
                }
                type Book {
                  tags: [String!]! @cost(weight: 1) @listSize(assumedSize: 3)
                  mine: Boolean @cacheControl(scope: PRIVATE)
                  short: Int @cacheControl(maxAge: 2)
                }
                """,
            resolvers: resolvers
        )
    }

    private func policy(_ query: String) throws -> CachePolicy? {
        try engine().prepare(Request(query: query)).cachePolicy
    }

    @Test(arguments: [
        ("{ kept { count } }", 60), ("{ kept { books { tags } } }", 30), ("{ kept { inherited { tags } } }", 60),
        ("{ kept { count books { tags short } } }", 2), ("{ kept { count } forYears }", 60), ("{ forYears }", 300),
        ("{ __typename kept { __typename count } }", 60),
        ("{ ...A kept { count } } fragment A on Query { kept { inherited { short } } }", 2),
        ("query Q($no: Boolean = false) { kept { count } leaf @include(if: $no) }", 60),
    ])
    func `the shortest age of all fields counts, and leaves inherit`(query: String, age: Int) throws {
        let policy = try #require(try policy(query))
        #expect(policy.maxAgeSeconds == age)
        #expect(policy.scope == .everyone)
    }

    @Test(arguments: [
        "{ leaf }", "{ kept { count } leaf }", "{ silent { tags } }", "{ kept { silent { tags } } }", "{ __typename }",
        "{ kept { count } __schema { description } }", "mutation { change }",
        "query Q($yes: Boolean = true) { kept { count } leaf @include(if: $yes) }",
    ])
    func `root fields and objects that say nothing, mutations and introspection are not kept`(query: String) throws {
        #expect(try policy(query) == nil)
    }

    @Test func `one private field makes the whole answer private`() throws {
        #expect(try policy("{ forYears kept { inherited { tags mine } } }")?.scope == .caller)
        #expect(try policy("{ forYears kept { inherited { tags } } }")?.scope == .everyone)
    }

    @Test func `an answer with errors is not kept`() async throws {
        let engine = try engine()
        #expect(await engine.execute(Request(query: "{ echo }"), context: 1).cachePolicy?.maxAgeSeconds == 5)
        let failed = await engine.execute(Request(query: "{ echo failing }"), context: 1)
        #expect(failed.cachePolicy == nil)
        #expect(failed.data == nil)
    }

    @Test func `variables are the same however they are sent, absent is not null, and defaults are applied`() throws {
        let engine = try engine()
        let query = "query Q($b: String = \"x\", $a: String) { echo(text: $b) other: echo(text: $a) }"
        func text(_ variables: Value) throws -> String {
            let request = Request(query: query, variables: variables)
            return String(decoding: try engine.prepare(request).canonicalVariables, as: UTF8.self)
        }
        #expect(try text(["b": "x", "a": "1"]) == #""a":"1","b":"x","#)
        #expect(try text(["a": "1", "b": "x", "unknown": 3]) == #""a":"1","b":"x","#)
        #expect(try text(["a": "1"]) == #""a":"1","b":"x","#)
        #expect(try text([:]) == #""b":"x","#)
        #expect(try text(["a": .null]) == #""a":null,"b":"x","#)
    }

    @Test func `a response that was kept is the response again`() async throws {
        let engine = try engine()
        let prepared = try engine.prepare(Request(query: "{ kept { count } }"))
        let first = await engine.execute(prepared, context: 3)
        let again = Response(kept: try #require(first.data), of: prepared, ageSeconds: 7)
        #expect(again.body == first.body)
        #expect(again.ageSeconds == 7)
        #expect(again.cachePolicy == first.cachePolicy)
    }

    // MARK: What an execution really costs

    @Test(arguments: [
        // `kept` 1, three books of 2 each; the tags are 0 + 1 + 2 of 1 each.
        ("{ kept { books { mine } } }", 3, 15, 7), ("{ kept { books { tags } } }", 3, 36, 10),
        // A list that waits counts as well.
        ("{ kept { later { tags } } }", 3, 29, 7), ("{ kept { later { tags } } }", 0, 29, 1),
        ("{ kept { count } }", 3, 1, 1), ("{ __schema { types { name fields { name } } } }", 3, 0, 0),
    ])
    func `the real lengths of lists count`(query: String, books: Int, requested: Int, actual: Int) async throws {
        let response = await (try engine()).execute(Request(query: query), context: books)
        #expect(response.hasErrors == false, "\(response.text)")
        #expect(response.cost == requested)
        #expect(response.actualCost == actual)
    }

    @Test func `a refused request has no real cost`() async throws {
        #expect(await (try engine()).execute(Request(query: "{ nothing }"), context: 1).actualCost == nil)
    }
}
