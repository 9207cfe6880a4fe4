import GraphQL
import Testing

/// Objects whose fields fail on demand, with and without waiting.
@Suite struct NullPropagationTests {
    private struct Node: GraphQLObject {
        let name: String
        var children: [Node] = []
        var fails = false
    }

    private struct Failure: Error {}

    private static let sdl = """
        type Query { node: Node nodes: [Node] nodesRequired: [Node!] required: Node! }
        type Node {
          name: String! maybe: String waits: String! waitsMaybe: String
          children: [Node]! childrenRequired: [Node!]! number: Int
        }
        """

    private static func engine(_ root: Node) throws -> Engine<Void> {
        var resolvers = Resolvers<Void>()
        resolvers.type("Node", Node.self) { fields in
            fields.field("name") { node -> String in
                if node.fails { throw GraphQLError("\(node.name) fails", code: "TEST") }
                return node.name
            }
            fields.field("maybe") { node -> String? in
                if node.fails { throw Failure() }
                return nil
            }
            fields.asyncField("waits") { node, _, _ -> String in
                await Task.yield()
                if node.fails { throw GraphQLError("\(node.name) fails late") }
                return node.name
            }
            fields.asyncField("waitsMaybe") { node, _, _ -> String? in
                await Task.yield()
                if node.fails { throw GraphQLError("\(node.name) fails late") }
                return node.name
            }
            fields.field("children", \.children)
            fields.field("childrenRequired", \.children)
            fields.field("number") { _ in 3_000_000_000 }
        }
        resolvers.query { fields in
            fields.field("node") { _ in root }
            fields.field("nodes") { _ in root.children }
            fields.field("nodesRequired") { _ in root.children }
            fields.field("required") { _ in root }
        }
        return try Engine(sdl: sdl, resolvers: resolvers)
    }

    private static let root = Node(
        name: "root",
        children: [
            Node(name: "a"), Node(name: "b", fails: true), Node(name: "c", children: [Node(name: "d", fails: true)]),
        ]
    )

    private func answer(_ query: String, _ root: Node = Self.root) async throws -> String {
        try await Self.engine(root).execute(Request(query: query), context: ()).text
    }

    @Test(arguments: ["name", "waits"])
    func `a missing value nulls its object where that may be null`(field: String) async throws {
        let late =
            field == "name"
            ? #"fails","locations":[{"line":1,"column":11}],"path":["nodes",1,"name"],"extensions":{"code":"TEST"}"#
            : #"fails late","locations":[{"line":1,"column":11}],"path":["nodes",1,"waits"]"#
        #expect(
            try await answer("{ nodes { \(field) } }")
                == #"{"data":{"nodes":[{"\#(field)":"a"},null,{"\#(field)":"c"}]},"errors":[{"message":"b \#(late)}]}"#
        )
    }

    @Test(arguments: ["name", "waits"])
    func `a missing value rises through lists whose items are required`(field: String) async throws {
        let text = try await answer("{ nodesRequired { \(field) } node { \(field) } }")
        #expect(text.hasPrefix(#"{"data":{"nodesRequired":null,"node":{"\#(field)":"root"}},"errors":["#))
        #expect(text.contains(#""path":["nodesRequired",1,"\#(field)"]"#))
    }

    @Test(arguments: ["name", "waits"])
    func `a missing value that nothing contains nulls the data`(field: String) async throws {
        let failing = Node(name: "root", fails: true)
        let text = try await answer("{ node { maybe } required { \(field) } }", failing)
        #expect(text.hasPrefix(#"{"data":null,"errors":["#))
        #expect(text.contains(#""path":["required","\#(field)"]"#))
    }

    @Test func `a field that may be null takes its own error`() async throws {
        let text = try await answer("{ nodes { waitsMaybe maybe name2: number } }")
        #expect(text.contains(#"{"waitsMaybe":"a","maybe":null,"name2":null},{"waitsMaybe":null,"maybe":null"#))
        #expect(text.contains(#""path":["nodes",1,"waitsMaybe"]"#))
        #expect(
            text.contains(
                #"{"message":"Internal server error","locations":[{"line":1,"column":22}],"path":["nodes",1,"maybe"]"#
            )
        )
        #expect(text.contains(#"Int cannot represent non 32-bit signed integer value: 3000000000"#))
    }

    @Test func `errors deep below waiting fields keep their whole path`() async throws {
        let text = try await answer("{ nodes { waits childrenRequired { kid: waits } } }")
        #expect(text.contains(#""path":["nodes",2,"childrenRequired",0,"kid"]"#))
        #expect(text.hasPrefix(#"{"data":{"nodes":[{"waits":"a","childrenRequired":[]},null,null]}"#))
    }

    @Test func `only so many errors are listed`() async throws {
        let many = Node(name: "root", children: (0..<500).map { Node(name: "\($0)", fails: true) })
        let text = try await answer("{ nodes { name } }", many)
        #expect(text.components(separatedBy: "\"message\"") == 101)
    }
}

extension String {
    /// How many parts the text has between occurrences of another.
    fileprivate func components(separatedBy text: String) -> Int { ranges(of: text).count + 1 }
}
