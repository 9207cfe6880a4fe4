import AtlasAPI
import AtlasApp
import AtlasCore
import AtlasGraphQL
import AtlasTestKit
import Foundation
import GraphQL
import Testing

/// No answer that depends on its caller may be kept for others: every field that a kept query can reach is looked at.
@Suite(.timeLimit(.minutes(5))) struct CacheScopeTests {
    /// A field with the way to it from the root.
    private struct Reached {
        let type: TypeDefinition
        let field: FieldDefinition
        let path: [String]

        /// A query for this field alone.
        func query(_ inside: String) -> String {
            path.reversed().reduce(inside) { "\($1) { \($0) }" }
        }
    }

    private let arguments = [
        "Query.diagram": "(id: \"e1-cache-aside\")", "Query.diagrams": "(filter: { ids: [\"e1-cache-aside\"] })",
        "Query.lab": "(id: \"LAB\")", "Query.incident": "(id: \"INCIDENT\")", "Diagram.failing": "(kill: [\"cache\"])",
    ]

    private func named(_ field: FieldDefinition, in schema: Schema) -> TypeDefinition? {
        schema.type(field.typeName.filter { !"[]!".contains($0) })
    }

    private func hint(_ directives: [AppliedDirective]) -> Arguments? {
        directives.first { $0.name == "cacheControl" }?.arguments
    }

    /// Every field that a query which is kept can select, once per type.
    private func reached(_ schema: Schema) throws -> [Reached] {
        let query = try #require(schema.root(.query))
        var found: [Reached] = []
        var seen: Set<String> = []
        var open = query.fields.filter { hint($0.directives)?.optionalInt("maxAge") ?? 0 > 0 }
            .map { Reached(type: query, field: $0, path: []) }
        // The nearest first, so that a diagram is the one asked for and not just any that something leads to.
        while !open.isEmpty {
            let next = open.removeFirst()
            found.append(next)
            let step = next.field.name + (arguments["\(next.type.name).\(next.field.name)"] ?? "")
            guard let type = named(next.field, in: schema), !type.fields.isEmpty,
                next.type.name == query.name || isKept(next.field, type), seen.insert(type.name).inserted
            else { continue }
            open += type.fields.map { Reached(type: type, field: $0, path: next.path + [step]) }
        }
        return found
    }

    /// Whether a field of a type with fields leaves an answer one that is kept.
    private func isKept(_ field: FieldDefinition, _ type: TypeDefinition) -> Bool {
        let hints = [hint(field.directives), hint(type.directives)].compactMap(\.self)
        return hints.contains { $0.optionalInt("maxAge") ?? 0 > 0 || $0.optionalBool("inheritMaxAge") == true }
    }

    @Test func `a field for some callers only is private, or its answers are not kept`() throws {
        let schema = try Schema(sdl: Atlas.schema)
        let reached = try reached(schema)
        #expect(reached.count > 100)
        var guarded = 0
        for next in reached {
            let type = named(next.field, in: schema)
            let directives = next.field.directives + next.type.directives + (type?.directives ?? [])
            guard directives.contains(where: { $0.name == "auth" || $0.name == "owner" }) else { continue }
            guarded += 1
            if let type, !type.fields.isEmpty, !isKept(next.field, type) { continue }
            let scopes = [hint(next.field.directives), hint(next.type.directives)].map { $0?.optionalString("scope") }
            #expect(scopes.contains("PRIVATE"), "\(next.type.name).\(next.field.name)")
        }
        #expect(guarded >= 3)
    }

    @Test func `a field whose value differs between two accounts of one role is private`() async throws {
        try await TestAtlas.run { atlas in
            let schema = try Schema(sdl: Atlas.schema)
            let catalogue = try await atlas.atlas.content.catalogue(as: Caller())
            let lab = try #require(catalogue.labs.first?.header.id)
            let incident = try #require(catalogue.incidents.first?.header.id)
            let (_, ada) = try await atlas.register("ada@example.org")
            let (_, eve) = try await atlas.register("eve@example.org")
            let complete = "mutation { completeDiagram(diagramId: \"e1-cache-aside\") { completedCount } }"
            #expect(try await atlas.ask(complete, token: ada).codes.isEmpty)
            var differing: [String] = []
            for next in try reached(schema) {
                guard named(next.field, in: schema)?.fields.isEmpty ?? true else { continue }
                let name = "\(next.type.name).\(next.field.name)"
                let query = "{ \(next.query(next.field.name + (arguments[name] ?? ""))) }"
                    .replacing("LAB", with: lab).replacing("INCIDENT", with: incident)
                let answers = [
                    try await atlas.ask(query, token: ada).text, try await atlas.ask(query, token: eve).text,
                ]
                #expect(answers.allSatisfy { $0.contains(#""data""#) }, "\(query): \(answers)")
                guard answers[0] != answers[1] else { continue }
                differing.append(name)
                let policy = try atlas.atlas.graphQL.engine.prepare(Request(query: query)).cachePolicy
                #expect(policy == nil || policy?.scope == .caller, "\(name)")
            }
            #expect(differing == ["Diagram.completed"])
        }
    }
}
