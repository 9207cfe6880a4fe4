import AtlasAPI
import Diagrams

/// An item with its answer, and with what its choices claim, so that a verifier can hold them against the graph.
struct Item: Sendable {
    /// What the learner sees; choices in the order in which they were made.
    let face: ReviewItem
    /// What is asked, for the verifier.
    let question: Question
    /// As `face.choices`, in the same order.
    let options: [Option]
    /// Safe HTML.
    let answerHTML: String
    /// Safe HTML.
    let explanationHTML: String

    /// What one choice says.
    struct Option: Sendable {
        let id: String
        let claim: Claim
        let isRight: Bool
    }

    var id: ReviewItemID { face.id }

    /// For `.order` all choices, which are made in the right order.
    var rightChoices: [String] { options.filter(\.isRight).map(\.id) }

    /// Whether these choices are the answer; `nil` for a card that is rated by oneself or for choices that the item does
    /// not have, as after an edit.
    func isCorrect(_ choices: [String]) -> Bool? {
        let known = Set(options.map(\.id))
        guard face.mode != .reveal, choices.allSatisfy(known.contains) else { return nil }
        return face.mode == .order ? choices == rightChoices : Set(choices) == Set(rightChoices)
    }
}

/// What is asked.
enum ItemKind: String, Sendable, CaseIterable {
    /// What a part is for.
    case define = "DEFINE"
    /// Which part it is that does something.
    case name = "NAME"
    /// A measured quantity.
    case number = "NUMBER"
    /// What an edge carries.
    case carries = "CARRIES"
    /// What the caller does without an answer.
    case fallback = "FALLBACK"
    /// What stops when a part is lost.
    case breaks = "BREAKS"
    /// What gets worse when a part is lost.
    case degrades = "DEGRADES"
    /// What is touched at all when a part is lost.
    case touches = "TOUCHES"
    /// What becomes of one part when another is lost.
    case fate = "FATE"
    /// What becomes of a part when a connection is cut.
    case cut = "CUT"
    /// What a part cannot do without.
    case needs = "NEEDS"
    /// Which part takes users down alone.
    case singlePoint = "SINGLE_POINT"
    /// Which change helps.
    case fix = "FIX"
    /// Steps in their order.
    case order = "ORDER"
    /// What leads from a state to another.
    case trigger = "TRIGGER"
    /// Which states may follow.
    case state = "STATE"
    /// What ties two classes or entities together.
    case relation = "RELATION"
    /// How many of an entity belong to one of another.
    case multiplicity = "MULTIPLICITY"
    /// Which class or entity has an attribute.
    case owner = "OWNER"
    /// What changed first in an incident.
    case incident = "INCIDENT"
    /// Which step of an incident came next.
    case nextStep = "NEXT_STEP"
    /// Why an incident happened.
    case rootCause = "ROOT_CAUSE"
    /// A probe of the author.
    case probe = "PROBE"
    /// A card of the author.
    case authored = "AUTHORED"
}

/// What an item asks, by the parts it asks about.
enum Question: Sendable, Equatable {
    case purpose(node: String)
    case part(node: String)
    case number(node: String, name: String)
    case cargo(edge: String)
    case fallback(edge: String)
    case state(FailureAnswer.State, losing: String)
    case touched(losing: String)
    /// `losing` is a node or an edge.
    case fate(node: String, losing: String)
    case needs(node: String)
    case singlePoint
    case fix(losing: String, of: String)
    case orderOfMessages
    case orderOfTimes
    case orderOfSteps
    case successors(node: String)
    case multiplicity(edge: String)
    case owner(member: String)
    case firstChange
    case nextStep(after: Int)
    case rootCause
    case probe(id: String)
    case authored(id: String)
}

/// What a choice says, by the parts it speaks of.
enum Claim: Sendable, Equatable {
    case purpose(diagram: String, node: String)
    case node(String)
    case cargo(edge: String)
    case fallback(diagram: String, edge: String)
    case fate(node: String, FailureAnswer.State)
    case nothing
    case remedy(Remedy)
    case message(edge: String)
    case head(Arrow.Head)
    case step(Int)
    case rootCause(incident: String)
    /// Position among what the author wrote; 0 is the answer.
    case written(Int)

    /// The same in every process and release.
    var key: String {
        switch self {
        case .purpose(let diagram, let node): "purpose \(diagram) \(node)"
        case .node(let node): "node \(node)"
        case .cargo(let edge): "cargo \(edge)"
        case .fallback(let diagram, let edge): "fallback \(diagram) \(edge)"
        case .fate(let node, let state): "fate \(node) \(state.rawValue)"
        case .nothing: "nothing"
        case .remedy(.secondCopy(let node)): "copy \(node)"
        case .remedy(.doWithout(let edge)): "without \(edge)"
        case .message(let edge): "message \(edge)"
        case .head(let head): "head \(head.rawValue)"
        case .step(let step): "step \(step)"
        case .rootCause(let incident): "cause \(incident)"
        case .written(let position): "written \(position)"
        }
    }
}

/// A change of the design that may help.
enum Remedy: Sendable, Equatable {
    /// Another copy, on another machine.
    case secondCopy(node: String)
    /// The caller goes on without the answer.
    case doWithout(edge: String)
}
