import AtlasApp
import AtlasTestKit
import Foundation
import GraphQL
import Testing

@Suite struct SchemaTests {
    @Test func `the server answers the schema of the repository`() throws {
        let file = try String(contentsOfFile: TestAtlas.repositoryRoot + "/schema.graphql", encoding: .utf8)
        #expect(Atlas.schema == file)
    }

    @Test func `every field has a policy, its own or its type's`() throws {
        let schema = try Schema(sdl: Atlas.schema)
        let policies = ["public", "auth", "owner"]
        for type in schema.types where type.kind == .object && !type.name.hasPrefix("__") {
            for field in type.fields {
                let said = (field.directives + type.directives).map(\.name)
                #expect(policies.contains(where: said.contains), "\(type.name).\(field.name)")
            }
        }
    }

    @Test func `every field of a root type has a policy of its own`() throws {
        let schema = try Schema(sdl: Atlas.schema)
        for kind in [OperationKind.query, .mutation, .subscription] {
            for field in schema.root(kind)?.fields ?? [] {
                #expect(field.directives.contains { ["public", "auth", "owner"].contains($0.name) }, "\(field.name)")
            }
        }
    }

    @Test(arguments: [
        "currentUser: User!", "userProgress(userId: ID!): Progress!", "diagram(id: ID!): Diagram!",
        "diagrams(filter: DiagramFilter): [Diagram!]!", "lab(id: ID!): Lab!", "labs(filter: LabFilter): [Lab!]!",
        "userMetrics(userId: ID!): Metrics!", "skillHeatmap(userId: ID!): SkillHeatmap!",
        "conversation(conversationId: ID!): Conversation!", "login(email: String!, password: String!): AuthPayload!",
        "register(input: RegisterInput!): AuthPayload!", "completeDiagram(diagramId: ID!): Progress!",
        "completeLab(labId: ID!, solution: String!): LabResult!",
        "askQuestion(question: String!, context: ContextInput!): Answer!",
        "createStudyGroup(input: StudyGroupInput!): StudyGroup!", "joinStudyGroup(groupId: ID!): StudyGroup!",
        "progressUpdated(userId: ID!): Progress!", "groupMessageReceived(groupId: ID!): Message!",
        "labStatusChanged(labId: ID!): LabStatus!",
    ])
    func `the specification's fields are there to the letter`(field: String) {
        #expect(Atlas.schema.contains("  " + field))
    }
}
