import AtlasCore
import GraphQL

/// Fields that the specification promises and whose services are not built yet.
///
/// Each answers UNAVAILABLE and says what is missing; a service that arrives takes its fields out of here.
enum Unavailable {
    private static func error(_ what: String) -> AtlasError {
        AtlasError(.unavailable, "\(what) are not part of this version of Atlas yet.")
    }

    static func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { query in
            query.field("userMetrics") { _, _, _ -> Metrics in throw error("Metrics") }
            query.field("skillHeatmap") { _, _, _ -> SkillHeatmap in throw error("Skill heat maps") }
            query.field("conversation") { _, _, _ -> Conversation in throw error("Conversations with the tutor") }
        }
        resolvers.mutation { mutation in
            mutation.field("completeLab") { _, _, _ -> LabResult in throw error("Running labs") }
            mutation.field("askQuestion") { _, _, _ -> Answer in throw error("Conversations with the tutor") }
            mutation.field("createStudyGroup") { _, _, _ -> StudyGroup in throw error("Study groups") }
            mutation.field("joinStudyGroup") { _, _, _ -> StudyGroup in throw error("Study groups") }
        }
        resolvers.subscription { subscription in
            subscription.field("groupMessageReceived") { _, _ -> AsyncStream<Message> in throw error("Subscriptions") }
            subscription.field("labStatusChanged") { _, _ -> AsyncStream<LabStatus> in throw error("Subscriptions") }
        }
        bindTypes(&resolvers)
    }

    private struct Metrics: GraphQLObject { let userID: String }
    private struct SkillHeatmap: GraphQLObject { let userID: String }
    private struct Conversation: GraphQLObject { let id: String }
    private struct LabResult: GraphQLObject { let labID: String, isPassed: Bool }
    private struct Answer: GraphQLObject { let text: String }
    private struct StudyGroup: GraphQLObject { let id: String, name: String }
    private struct Message: GraphQLObject { let id: String, groupID: String, content: String }
    private struct LabStatus: GraphQLObject { let labID: String, status: String }

    private static func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Metrics", Metrics.self) { $0.field("userId") { $0.userID } }
        resolvers.type("SkillHeatmap", SkillHeatmap.self) { $0.field("userId") { $0.userID } }
        resolvers.type("Conversation", Conversation.self) { $0.field("id") { $0.id } }
        resolvers.type("LabResult", LabResult.self) {
            $0.field("labId") { $0.labID }
            $0.field("passed") { $0.isPassed }
        }
        resolvers.type("Answer", Answer.self) { $0.field("text") { $0.text } }
        resolvers.type("StudyGroup", StudyGroup.self) {
            $0.field("id") { $0.id }
            $0.field("name") { $0.name }
        }
        resolvers.type("Message", Message.self) {
            $0.field("id") { $0.id }
            $0.field("groupId") { $0.groupID }
            $0.field("content") { $0.content }
        }
        resolvers.type("LabStatus", LabStatus.self) {
            $0.field("labId") { $0.labID }
            $0.field("status") { $0.status }
        }
    }
}
