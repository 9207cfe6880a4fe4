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

extension GroupRole: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension GroupVisibility: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension ChatEntry.Kind: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension Notice.Kind: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension LabStatus.State: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension LabResult.State: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue }
}

extension LabProgress.State: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue }
}

extension AnswerMode: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension CardState: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension ReviewAction: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension ReviewRating: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String {
        switch self {
        case .again: "AGAIN"
        case .hard: "HARD"
        case .good: "GOOD"
        case .easy: "EASY"
        }
    }
}

extension TutorIntent: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String {
        switch self {
        case .whyWrong: "WHY_WRONG"
        case .ask, .explain, .quiz, .hint: rawValue.uppercased()
        }
    }
}

extension TutorMove: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String {
        switch self {
        case .workedStep: "WORKED_STEP"
        case .diagnose, .hint, .answer, .quiz, .abstain, .withhold: rawValue.uppercased()
        }
    }
}

extension AnswerStatus: GraphQLEnum {
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
extension StudyGroup: GraphQLObject {}
extension Person: GraphQLObject {}
extension GroupMember: GraphQLObject {}
extension JoinRequest: GraphQLObject {}
extension ChatEntry: GraphQLObject {}
extension ChatEntry.Reaction: GraphQLObject {}
extension ChatPage: GraphQLObject {}
extension Anchor: GraphQLObject {}
extension PeerProfile: GraphQLObject {}
extension PeerSuggestion: GraphQLObject {}
extension PeerProposal: GraphQLObject {}
extension Notice: GraphQLObject {}
extension LabStatus: GraphQLObject {}
extension LabUsage: GraphQLObject {}
extension LabResult: GraphQLObject {}
extension LabCheckResult: GraphQLObject {}
extension LabHint: GraphQLObject {}
extension LabHomeFile: GraphQLObject {}
extension LabFileContent: GraphQLObject {}
extension LabProgress: GraphQLObject {}
extension LabRecording: GraphQLObject {}
extension LabRecording.Frame: GraphQLObject {}
extension LabHostReport: GraphQLObject {}
extension LabHostReport.Limit: GraphQLObject {}
extension LabHostReport.MissingProgram: GraphQLObject {}
extension LabHostReport.Run: GraphQLObject {}
extension ReviewItem: GraphQLObject {}
extension ReviewItem.Choice: GraphQLObject {}
extension ReviewCard: GraphQLObject {}
extension ReviewCard.Interval: GraphQLObject {}
extension ReviewQueue: GraphQLObject {}
extension ItemAnswer: GraphQLObject {}
extension ReviewSettings: GraphQLObject {}
extension TopicRetention: GraphQLObject {}
extension ReviewOutcome: GraphQLObject {}
extension ReviewEntry: GraphQLObject {}
extension ReviewLogPage: GraphQLObject {}
extension TutorAnswer: GraphQLObject {}
extension Citation: GraphQLObject {}
extension Conversation: GraphQLObject {}
extension Conversation.Turn: GraphQLObject {}
extension ConversationSummary: GraphQLObject {}
extension ConversationPage: GraphQLObject {}
extension TutorState: GraphQLObject {}
extension AnswerEvent: GraphQLObject {}

/// An invitation, with its code where it was just made.
struct ShownInvitation: GraphQLObject {
    let invitation: GroupInvitation
    let code: String?
}

/// Up to where a member has read.
struct GroupReader: GraphQLObject {
    let user: UserID
    let seq: Int
}

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
