import AtlasAPI
import AtlasCore
import AtlasPorts
import Diagrams
import Foundation

/// Bounds of what a prediction may say.
enum PredictionLimits {
    /// Guesses of one prediction.
    static let guesses = 500
    /// Predictions of one answer.
    static let page = 100
    /// Bytes of a client's id.
    static let idBytes = 64

    static func check(_ prediction: NewPrediction) throws(AtlasError) {
        let isNamed = (1...idBytes).contains(prediction.id.utf8.count)
        guard isNamed, prediction.id.utf8.allSatisfy(isPlain) else {
            throw AtlasError(.invalid, "An id is 1 to \(idBytes) letters, digits, “-” and “_”.", field: "id")
        }
        guard (50...99).contains(prediction.confidence) else {
            throw AtlasError(.invalid, "Say how sure you are: 50 to 99 per cent.", field: "confidence")
        }
        guard prediction.guesses.count <= guesses else {
            throw AtlasError(.invalid, "At most \(guesses) guesses fit one prediction.", field: "guesses")
        }
        guard case .losing(let parts, _) = prediction.question, parts.isEmpty else { return }
        throw AtlasError(.invalid, "Name the parts that are lost.", field: "lost")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// What is so of one node, and what a learner says who says nothing of it.
struct Truth {
    let node: String
    let state: String
    let unsaid: String

    /// What the graph answers, without the nodes that the question names.
    static func losing(_ lost: [String], in diagram: Diagram) throws(AtlasError) -> [Truth] {
        let answer = try diagram.failing(without: lost, field: "lost")
        return answer.nodes.filter { !$0.isCause }
            .map { Truth(node: $0.id, state: $0.state.rawValue, unsaid: FailureAnswer.State.works.rawValue) }
    }

    /// What the report says; before the first step everything is well.
    static func step(_ step: Int, of incident: Incident) throws(AtlasError) -> [Truth] {
        guard incident.timeline.indices.contains(step - 1) else {
            let steps = incident.timeline.count
            throw AtlasError(.invalid, "The timeline has steps 1 to \(steps).", field: "step")
        }
        var before: [String: NodeState.State] = [:]
        if step > 1 {
            for state in incident.timeline[step - 2].states { before[state.node] = state.state }
        }
        return incident.timeline[step - 1].states.map { state in
            Truth(node: state.node, state: state.state.rawValue, unsaid: (before[state.node] ?? .ok).rawValue)
        }
    }
}

/// A prediction held against what is true.
struct Score {
    let outcomes: [Prediction.Outcome]
    let logLoss: Double

    var right: Int { outcomes.count(where: \.isRight) }

    init(_ prediction: NewPrediction, against truth: [Truth]) throws(AtlasError) {
        let states = Self.states(of: prediction.question)
        let known = Set(truth.map(\.node))
        var said: [String: String] = [:]
        for guess in prediction.guesses {
            guard known.contains(guess.node) else {
                throw AtlasError(.invalid, "There is nothing to guess of “\(guess.node.prefix(64))”.", field: "guesses")
            }
            guard states.contains(guess.state) else {
                let list = states.joined(separator: ", ")
                throw AtlasError(.invalid, "“\(guess.state.prefix(64))” is none of \(list).", field: "guesses")
            }
            guard said.updateValue(guess.state, forKey: guess.node) == nil else {
                throw AtlasError(.invalid, "“\(guess.node)” is guessed twice.", field: "guesses")
            }
        }
        guard !truth.isEmpty else {
            throw AtlasError(.invalid, "Nothing is left to predict when everything is taken away.", field: "lost")
        }
        outcomes = truth.map { Prediction.Outcome(node: $0.node, guess: said[$0.node] ?? $0.unsaid, truth: $0.state) }
        let sure = Double(prediction.confidence) / 100
        let hits = Double(outcomes.count(where: \.isRight))
        let misses = Double(outcomes.count) - hits
        logLoss = -(hits * log(sure) + misses * log(1 - sure)) / Double(outcomes.count)
    }

    private static func states(of question: PredictionQuestion) -> [String] {
        switch question {
        case .losing: FailureAnswer.State.allCases.map(\.rawValue)
        case .step: NodeState.State.allCases.map(\.rawValue)
        }
    }
}

/// A question as the table holds it: the same parts in any order are the same question.
struct StoredQuestion {
    let question: PredictionQuestion
    let kind: ContentKind
    let item: String
    let text: String

    init(_ question: PredictionQuestion) {
        switch question {
        case .losing(let lost, let diagram):
            let parts = Set(lost).sorted()
            self.question = .losing(parts, from: diagram)
            (kind, item, text) = (.diagram, diagram.rawValue, parts.joined(separator: "\n"))
        case .step(let step, let incident):
            self.question = question
            (kind, item, text) = (.incident, incident.rawValue, String(step))
        }
    }

    init(_ row: Row) throws {
        let (item, text) = (try row.string("item_id"), try row.string("question"))
        switch ContentKind(rawValue: try row.string("kind")) {
        case .diagram:
            self.init(.losing(text.split(separator: "\n").map(String.init), from: DiagramID(item)))
        case .incident:
            self.init(.step(Int(text) ?? 0, of: IncidentID(item)))
        default:
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "a prediction of unknown kind"
            )
        }
    }
}
