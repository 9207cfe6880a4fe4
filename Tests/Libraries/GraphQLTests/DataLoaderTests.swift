import GraphQL
import Synchronization
import Testing

@Suite struct DataLoaderTests {
    private struct Book: GraphQLObject {
        let id: Int
        let author: Int
    }

    private struct Author: GraphQLObject {
        let id: Int
        let name: String
    }

    /// A context that notes the batches it is asked for.
    private struct Context: Sendable {
        let log: Log
        let books: [Book]
        let authors: DataLoader<Int, Author>

        init(books: [Book], maxBatchSize: Int = 1_000) {
            self.books = books
            let log = Log()
            self.log = log
            authors = DataLoader(maxBatchSize: maxBatchSize) { keys in
                log.batches.withLock { $0.append(keys) }
                await Task.yield()
                if keys.contains(13) { throw GraphQLError("The library is closed.") }
                return Dictionary(
                    uniqueKeysWithValues: keys.filter { $0 < 1_000 }.map { ($0, Author(id: $0, name: "Author \($0)")) }
                )
            }
        }
    }

    private final class Log: Sendable {
        let batches = Mutex<[[Int]]>([])

        var all: [[Int]] { batches.withLock { $0 } }
    }

    private static func engine() throws -> Engine<Context> {
        let sdl = """
            type Query { books: [Book!]! laterBooks: [Book!]! }
            type Book { id: Int! author: Author authorRequired: Author! asked: String }
            type Author { id: Int! name: String! friend: Author }
            """
        var resolvers = Resolvers<Context>()
        resolvers.type("Book", Book.self) { fields in
            fields.field("id", \.id)
            fields.loadedField("author", from: \.authors) { $0.author }
            fields.loadedField("authorRequired", from: \.authors) { $0.author }
            fields.asyncField("asked") { book, _, context in try await context.authors.load(book.author)?.name }
        }
        resolvers.type("Author", Author.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
            fields.loadedField("friend", from: \.authors) { $0.id >= 500 ? nil : $0.id + 500 }
        }
        resolvers.query { fields in
            fields.field("books") { _, _, context in context.books }
            fields.asyncField("laterBooks") { _, _, context in
                await Task.yield()
                return context.books
            }
        }
        return try Engine(sdl: sdl, resolvers: resolvers)
    }

    private static let books = (0..<40).map { Book(id: $0, author: $0 % 5) }

    @Test func `a list asks the loader once, each key once, in the order asked`() async throws {
        let context = Context(books: Self.books)
        let text = try await Self.engine().execute(
            Request(query: "{ books { id author { name } } }"),
            context: context
        ).text
        #expect(context.log.all == [[0, 1, 2, 3, 4]])
        #expect(
            text.hasPrefix(
                #"{"data":{"books":[{"id":0,"author":{"name":"Author 0"}},{"id":1,"author":{"name":"Author 1"}}"#
            )
        )
    }

    @Test func `each level of a query is one batch`() async throws {
        let context = Context(books: Self.books)
        let query = "{ laterBooks { author { friend { id friend { id } } } again: author { name } } }"
        let text = try await Self.engine().execute(Request(query: query), context: context).text
        #expect(context.log.all == [[0, 1, 2, 3, 4], [500, 501, 502, 503, 504]])
        #expect(text.contains(#"{"author":{"friend":{"id":501,"friend":null}},"again":{"name":"Author 1"}}"#))
    }

    @Test func `resolvers that load by themselves share a batch`() async throws {
        let context = Context(books: Self.books)
        let text = try await Self.engine().execute(
            Request(query: "{ laterBooks { asked } books { asked } }"),
            context: context
        ).text
        #expect(context.log.all.count <= 2)
        #expect(Set(context.log.all.joined()) == [0, 1, 2, 3, 4])
        #expect(text.contains(#"{"asked":"Author 4"}"#))
    }

    @Test func `a missing value is null and an error where the schema requires one`() async throws {
        let context = Context(books: [Book(id: 1, author: 2_000), Book(id: 2, author: 3)])
        let text = try await Self.engine().execute(
            Request(query: "{ books { author { id } } more: books { authorRequired { id } } }"),
            context: context
        ).text
        #expect(context.log.all == [[2_000, 3]])
        #expect(
            text.hasPrefix(
                #"{"data":null,"errors":[{"message":"Cannot return null for non-nullable field Book.authorRequired."#
            )
        )
    }

    @Test func `a failed batch fails the fields that asked for it`() async throws {
        let context = Context(books: [Book(id: 1, author: 13), Book(id: 2, author: 3)], maxBatchSize: 1)
        let text = try await Self.engine().execute(
            Request(query: "{ books { author { id } } }"),
            context: context
        ).text
        #expect(context.log.all == [[13], [3]])
        #expect(
            text == #"""
                {"data":{"books":[{"author":null},{"author":{"id":3}}]},"errors":[{"message":"The library is closed.","locations":[{"line":1,"column":11}],"path":["books",0,"author"]}]}
                """#
        )
    }

    @Test func `outside an execution a loader loads at once, remembers, forgets and takes what is known`() async throws
    {
        let context = Context(books: [])
        let first = try await context.authors.load(7)
        #expect(first?.name == "Author 7")
        #expect(try await context.authors.load([7, 8, 7]).compactMap(\.?.id) == [7, 8, 7])
        context.authors.prime(9, Author(id: 9, name: "Known"))
        #expect(try await context.authors.load(9)?.name == "Known")
        context.authors.clear(7)
        _ = try await context.authors.load(7)
        context.authors.clearAll()
        #expect(try await context.authors.load(5_000) == nil)
        #expect(context.log.all == [[7], [8], [7], [5_000]])
    }
}
