public import AtlasAPI
public import AtlasCore
public import Diagrams
public import GraphQL

// Which Swift types stand for which types of the schema. Fields are bound beside their subject.

extension Role: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension ContentKind: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension Diagram.View: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension Timestamp: GraphQLScalar {
    /// The scalar's name.
    public static var graphQLScalarName: String { "DateTime" }

    /// Writes ISO 8601.
    public func write(to writer: inout GraphQL.JSONWriter) { writer.string(description) }
}

extension Diagram: GraphQLObject {}
extension Lab: GraphQLObject {}
extension Incident: GraphQLObject {}
extension Probe: GraphQLObject {}
extension Distractor: GraphQLObject {}
extension SourceLink: GraphQLObject {}
extension LabFile: GraphQLObject {}
extension LabCheck: GraphQLObject {}
extension TimelineStep: GraphQLObject {}
extension NodeState: GraphQLObject {}
extension Graph: GraphQLObject {}
extension Edge: GraphQLObject {}
extension Group: GraphQLObject {}
extension FailureAnswer: GraphQLObject {}
extension FailureAnswer.NodeState: GraphQLObject {}
extension NodeRecord.Number: GraphQLObject {}
extension Words.OutlineEntry: GraphQLObject {}
extension Prediction: GraphQLObject {}
extension Prediction.Outcome: GraphQLObject {}
extension PredictionRecord: GraphQLObject {}
extension User: GraphQLObject {}
extension Finding: GraphQLObject {}
extension SourceCheck: GraphQLObject {}
extension SavedContent: GraphQLObject {}
extension ContentVersion: GraphQLObject {}

/// A node with the edges that touch it, found once per graph rather than once per field.
struct NodeInGraph: GraphQLObject {
    let node: Node
    let graph: Graph
}

/// A category with how many items the caller may see in it.
struct CountedCategory: GraphQLObject {
    let category: Category
    let catalogue: Catalogue
}

/// A hit with its category looked up.
struct Hit: GraphQLObject {
    let hit: SearchHit
    let catalogue: Catalogue
}

/// A session, and whether it is the one that asks.
struct OwnSession: GraphQLObject {
    let session: Session
    let isCurrent: Bool
}

extension SignIn: GraphQLObject {}

/// What an account has done, with the catalogue to set it against.
struct ProgressView: GraphQLObject {
    let user: UserID
    let completions: [Completion]
    let catalogue: Catalogue
}

extension Completion: GraphQLObject {}

/// A category's share of the progress.
struct CategoryShare: GraphQLObject {
    let category: CountedCategory
    let completed: Int
    let total: Int
}
