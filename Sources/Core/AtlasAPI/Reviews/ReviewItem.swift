public import AtlasCore

/// A marker for identifiers of items.
public enum ReviewItemEntity {}
/// The id of something to recall: the id of the content, the kind and the parts it asks about.
public typealias ReviewItemID = Identifier<ReviewItemEntity>

/// How an item is answered.
public enum AnswerMode: String, Sendable, CaseIterable {
    /// Shown, and rated by oneself.
    case reveal
    /// One of the choices is right.
    case one
    /// Several choices may be right; all of them and no other are wanted.
    case many
    /// The choices are put in order.
    case order
}

/// Something to recall, without its answer.
public struct ReviewItem: Sendable, Equatable {
    /// One of the choices; the order of choices says nothing.
    public struct Choice: Sendable, Equatable {
        /// Says nothing of whether it is right.
        public let id: String
        /// Safe HTML.
        public let html: String

        /// A choice.
        public init(id: String, html: String) {
            self.id = id
            self.html = html
        }
    }

    /// Stays when the wording of the diagram changes.
    public let id: ReviewItemID
    /// What is asked, as in `DEFINE`.
    public let kind: String
    /// Which column of the skill grid a right answer speaks for.
    public let skill: Skill
    /// Safe HTML.
    public let promptHTML: String
    /// How it is answered.
    public let mode: AnswerMode
    /// Empty for `.reveal`.
    public let choices: [Choice]
    /// What the item belongs to.
    public let contentKind: ContentKind
    /// The id of what the item belongs to.
    public let contentID: String
    /// Its title.
    public let contentTitle: String
    /// A letter, A to P.
    public let category: String
    /// Topics of the syllabus, first the main one.
    public let topics: [String]
    /// Nodes of the picture that the explanation points at.
    public let nodes: [String]
    /// Edges of the picture that the explanation points at.
    public let edges: [String]

    /// An item.
    public init(
        id: ReviewItemID,
        kind: String,
        skill: Skill,
        promptHTML: String,
        mode: AnswerMode,
        choices: [Choice],
        contentKind: ContentKind,
        contentID: String,
        contentTitle: String,
        category: String,
        topics: [String],
        nodes: [String],
        edges: [String]
    ) {
        self.id = id
        self.kind = kind
        self.skill = skill
        self.promptHTML = promptHTML
        self.mode = mode
        self.choices = choices
        self.contentKind = contentKind
        self.contentID = contentID
        self.contentTitle = contentTitle
        self.category = category
        self.topics = topics
        self.nodes = nodes
        self.edges = edges
    }
}

/// What is right, and why.
public struct ItemAnswer: Sendable, Equatable {
    /// Of which item.
    public let item: ReviewItemID
    /// Whether the learner was right; `nil` if nothing was graded.
    public let isCorrect: Bool?
    /// Safe HTML.
    public let answerHTML: String
    /// Safe HTML; says why the answer is right and, where that is known, why the others are wrong.
    public let explanationHTML: String
    /// Ids of the right choices; for `.order` all of them in the right order.
    public let correctChoices: [String]

    /// An answer.
    public init(
        item: ReviewItemID,
        isCorrect: Bool?,
        answerHTML: String,
        explanationHTML: String,
        correctChoices: [String]
    ) {
        self.item = item
        self.isCorrect = isCorrect
        self.answerHTML = answerHTML
        self.explanationHTML = explanationHTML
        self.correctChoices = correctChoices
    }
}

/// A learner's answer to an item with choices.
public struct NewAnswer: Sendable, Equatable {
    /// Chosen by the client, 1 to 64 letters, digits, `-` and `_`; makes sending it twice harmless.
    ///
    /// The review of the same encounter has the same id.
    public let id: String
    /// Which item.
    public let item: ReviewItemID
    /// Ids of choices; for `.order` all of them, in the learner's order.
    public let choices: [String]
    /// When it was given; `nil` for now.
    public let at: Timestamp?

    /// An answer.
    public init(id: String, item: ReviewItemID, choices: [String], at: Timestamp?) {
        self.id = id
        self.item = item
        self.choices = choices
        self.at = at
    }
}
