import AtlasAPI
import AtlasCore
import GraphQL

/// What learners said would happen.
struct PredictionResolvers {
    let predictions: any Predictions
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [predictions] query in
            query.asyncField("predictions") { _, arguments, context -> [Prediction] in
                let user = UserID(try arguments.string("userId"))
                let limit = arguments.optionalInt("first") ?? 20
                return try await predictions.predictions(of: user, limit: limit, as: context.caller)
            }
        }
        resolvers.mutation { [predictions] mutation in
            mutation.asyncField("recordPrediction") { _, arguments, context -> Prediction in
                let prediction = try Self.prediction(try arguments.object("input"))
                return try await predictions.record(prediction, as: context.caller)
            }
        }
        bindTypes(&resolvers)
    }

    private static func prediction(_ input: Arguments) throws -> NewPrediction {
        NewPrediction(
            id: try input.string("id"),
            question: try question(input),
            confidence: try input.int("confidence"),
            guesses: try input.objects("guesses").map { guess in
                NewPrediction.Guess(node: try guess.string("node"), state: try guess.string("state"))
            }
        )
    }

    private static func question(_ input: Arguments) throws -> PredictionQuestion {
        let item = try input.string("itemId")
        switch try input.enumeration("kind", as: ContentKind.self) {
        case .diagram:
            return .losing(input.strings("lost"), from: DiagramID(item))
        case .incident:
            guard let step = input.optionalInt("step") else {
                throw AtlasError(.invalid, "Say which step of the timeline is predicted.", field: "step")
            }
            return .step(step, of: IncidentID(item))
        case .lab:
            throw AtlasError(.invalid, "Predictions are about diagrams and incidents.", field: "kind")
        }
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Prediction", Prediction.self) { [content] prediction in
            prediction.field("id") { $0.id }
            prediction.field("kind") { $0.kind }
            prediction.field("itemId") { $0.item }
            prediction.asyncField("title") { it, _, context -> String? in
                switch it.question {
                case .losing(_, let id): try await content.diagrams([id], as: context.caller).first??.header.title
                case .step(_, let id): try await content.incidents([id], as: context.caller).first??.header.title
                }
            }
            prediction.field("lost") { $0.lost }
            prediction.field("step") { $0.step }
            prediction.field("confidence") { $0.confidence }
            prediction.field("outcomes") { $0.outcomes }
            prediction.field("right") { $0.right }
            prediction.field("of") { $0.outcomes.count }
            prediction.field("logLoss") { $0.logLoss }
            prediction.field("attempt") { $0.attempt }
            prediction.field("at") { $0.at }
        }
        resolvers.type("PredictionOutcome", Prediction.Outcome.self) { outcome in
            outcome.field("node") { $0.node }
            outcome.field("guess") { $0.guess }
            outcome.field("truth") { $0.truth }
        }
        resolvers.type("PredictionRecord", PredictionRecord.self) { record in
            record.field("questions") { $0.questions }
            record.field("right") { $0.right }
            record.field("of") { $0.nodes }
            record.field("confidence") { $0.confidence }
            record.field("logLoss") { $0.logLoss }
        }
    }
}

extension Prediction {
    fileprivate var kind: ContentKind {
        if case .losing = question { .diagram } else { .incident }
    }

    fileprivate var item: String {
        switch question {
        case .losing(_, let diagram): diagram.rawValue
        case .step(_, let incident): incident.rawValue
        }
    }

    fileprivate var lost: [String] {
        if case .losing(let parts, _) = question { parts } else { [] }
    }

    fileprivate var step: Int? {
        if case .step(let step, _) = question { step } else { nil }
    }
}
