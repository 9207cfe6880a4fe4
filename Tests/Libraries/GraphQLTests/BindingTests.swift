import GraphQL
import Testing

@Suite struct BindingTests {
    private enum Level: String, GraphQLEnum { case easy = "EASY", odd = "ODD" }

    private struct Item: GraphQLObject {
        let id: String
        let count: Int?
    }

    private static let sdl = """
        directive @auth(requires: String!) on FIELD_DEFINITION | OBJECT
        enum Level { EASY HARD }
        scalar Moment
        type Item { id: ID! count: Int! level: Level tags: [String!] secret: String @auth(requires: "ADMIN") }
        type Other @auth(requires: "USER") { id: ID! }
        type Query { items: [Item!]! other: Other }
        type Mutation { touch: Boolean! }
        """

    @Test func `everything unbound, unknown or mistyped is listed at once`() throws {
        var resolvers = Resolvers<Void>()
        resolvers.type("Item", Item.self) { fields in
            fields.field("id", \.id)
            fields.field("count", \.count)
            fields.field("level") { _ in Level.odd }
            fields.field("tags") { _ in "one" }
            fields.field("colour") { _ in "red" }
        }
        resolvers.type("Nothing", Item.self) { $0.field("id", \.id) }
        resolvers.query { fields in
            fields.field("items") { _ in [[Item]]() }
            fields.field("other") { _ in Item(id: "", count: nil) }
        }
        let error = #expect(throws: SchemaProblems.self) { try Engine(sdl: Self.sdl, resolvers: resolvers) }
        #expect(
            error?.description == """
                Item.count is Int! in the schema but its resolver may return nil.
                Item.level is Level in the schema but its resolver may return ODD.
                Item.tags is [String!] in the schema but its resolver returns no list.
                Item.secret is not bound.
                Item.colour is bound but not in the schema.
                Type "Other" is not bound.
                Query.items is [Item!]! in the schema but its resolver returns a list.
                Query.other is Other in the schema but its resolver returns Item, which is not bound to it.
                Type "Mutation" is not bound.
                "Nothing" is bound but no object type of the schema.
                """
        )
    }

    @Test func `all problems of a schema are listed at once`() {
        let sdl = """
            type Query { a: Missing b(c: Nowhere): String @unknown }
            type Query { d: Int }
            """
        let error = #expect(throws: SchemaProblems.self) { try Schema(sdl: sdl) }
        #expect(
            error?.description == """
                1:17: Unknown type "Missing".
                1:30: Unknown type "Nowhere".
                1:47: Unknown directive "@unknown".
                1:6: There can be only one type named "Query".
                """
        )
    }

    @Test func `fields without a policy are listed`() throws {
        let schema = try Schema(sdl: Self.sdl)
        #expect(
            schema.fieldsWithout(directives: ["auth"])
                == ["Item.id", "Item.count", "Item.level", "Item.tags", "Query.items", "Query.other", "Mutation.touch"]
        )
        #expect(schema.type("Item")?.field("secret")?.directive("auth")?.arguments["requires"] == "ADMIN")
    }

    @Test func `a policy is asked once per field and its refusal stands in the field's place`() async throws {
        let sdl = """
            directive @auth(requires: String!) on FIELD_DEFINITION
            type Query { items: [Item!]! }
            type Item { id: ID! count: Int @auth(requires: "ADMIN") }
            """
        var resolvers = Resolvers<String>()
        resolvers.type("Item", Item.self) { fields in
            fields.field("id", \.id)
            fields.field("count", \.count)
        }
        resolvers.query { $0.field("items") { _ in [Item(id: "1", count: 2), Item(id: "2", count: 3)] } }
        var options = EngineOptions<String>()
        options.policyDirectives = ["auth"]
        options.fieldPolicy = { field, parent, caller in
            let required = field.directive("auth")?.arguments.optionalString("requires")
            return required == caller
                ? .allow : .deny(GraphQLError("\(parent).\(field.name) is closed.", code: "FORBIDDEN"))
        }
        let engine = try Engine(sdl: sdl, resolvers: resolvers, options: options)
        let request = Request(query: "{ items { id count } }")
        #expect(
            await engine.execute(request, context: "ADMIN").text
                == #"{"data":{"items":[{"id":"1","count":2},{"id":"2","count":3}]}}"#
        )
        let refused = await engine.execute(request, context: "USER").text
        #expect(refused.hasPrefix(#"{"data":{"items":[{"id":"1","count":null},{"id":"2","count":null}]},"errors":["#))
        #expect(refused.contains(#""path":["items",1,"count"],"extensions":{"code":"FORBIDDEN"}"#))
    }

    @Test func `custom scalars have rules for both directions`() async throws {
        struct Moment: GraphQLScalar {
            static let graphQLScalarName = "Moment"
            let seconds: Int64
            func write(to writer: inout JSONWriter) { writer.string("\(seconds)s") }
        }
        var resolvers = Resolvers<Void>()
        resolvers.scalar(
            "Moment",
            parse: { value in
                guard case .string(let text) = value, let number = Int64(text.dropLast()) else {
                    throw GraphQLError("Moment cannot represent \(value)")
                }
                return .int(number)
            }
        )
        resolvers.query { fields in
            fields.field("next") { _, arguments, _ in Moment(seconds: Int64(try arguments.int("after")) + 1) }
            fields.field("raw") { _ in Value.object([Value.Member(name: "any", value: [1, 2.5, "x"])]) }
        }
        let sdl = "scalar Moment scalar JSON type Query { next(after: Moment!): Moment! raw: JSON }"
        let engine = try Engine(sdl: sdl, resolvers: resolvers)
        #expect(
            await engine.execute(Request(query: #"{ next(after: "41s") raw }"#), context: ()).text
                == #"{"data":{"next":"42s","raw":{"any":[1,2.5,"x"]}}}"#
        )
        let request = Request(query: "query ($at: Moment!) { next(after: $at) }", variables: ["at": 4])
        #expect(await engine.execute(request, context: ()).text.contains("Moment cannot represent"))
    }
}
