public import AtlasAPI
import AtlasCore
public import GraphQL

/// What is known of learners, and how good forecasts of it are.
struct AnalyticsResolvers {
    let analytics: any Analytics
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in
            bindEvidence(&query)
            bindForecasts(&query)
        }
        resolvers.mutation { [analytics] mutation in
            mutation.asyncField("ingestEvents") { _, arguments, context -> EventReceipt in
                let events = try arguments.objects("events").map(Self.event)
                return try await analytics.ingest(events, as: context.caller)
            }
            mutation.asyncField("setGoal") { _, arguments, context -> Goal in
                let input = try arguments.object("input")
                let goal = NewGoal(
                    title: try input.string("title"),
                    contents: input.strings("contentIds"),
                    categories: input.strings("categories"),
                    byDate: try input.optionalTimestamp("byDate")
                )
                return try await analytics.setGoal(goal, as: context.caller)
            }
            mutation.asyncField("removeGoal") { _, arguments, context -> Bool in
                try await analytics.removeGoal(GoalID(try arguments.string("id")), as: context.caller)
            }
        }
        bindMetrics(&resolvers)
        bindMap(&resolvers)
        bindForecastTypes(&resolvers)
        bindGoals(&resolvers)
    }

    private static func event(_ input: Arguments) throws -> NewEvent {
        NewEvent(
            id: try input.string("id"),
            measurement: try input.string("measurement"),
            type: try input.string("type"),
            at: try input.timestamp("at"),
            content: input.optionalString("contentId"),
            durationMilliseconds: input.optionalInt("durationMs"),
            value: input.optionalDouble("value")
        )
    }

    private func bindEvidence(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("userMetrics") { [analytics] _, arguments, context -> LearnerMetrics in
            try await analytics.metrics(of: try arguments.owner, as: context.caller)
        }
        query.asyncField("skillHeatmap") { [analytics, content] _, arguments, context -> SkillMapView in
            let map = try await analytics.skillMap(of: try arguments.owner, as: context.caller)
            return SkillMapView(map: map, catalogue: try await content.catalogue(as: context.caller))
        }
        query.asyncField("suggestion") { [analytics] _, _, context -> Suggestion? in
            try await analytics.suggestion(as: context.caller)
        }
        query.asyncField("goals") { [analytics] _, arguments, context -> [Goal] in
            try await analytics.goals(of: try arguments.owner, as: context.caller)
        }
    }

    private func bindForecasts(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("forecasts") { [analytics] _, arguments, context -> [Forecast] in
            let goal = arguments.optionalString("goal").map { GoalID($0) }
            return try await analytics.forecasts(of: try arguments.owner, goal: goal, as: context.caller)
        }
        query.asyncField("calibration") { [analytics] _, arguments, _ -> [CalibrationReport] in
            try await analytics.calibration(limit: arguments.optionalInt("first") ?? 30)
        }
        query.asyncField("answerForecasts") { [analytics] _, arguments, context -> [AnswerForecast] in
            try await analytics.answerForecasts(
                of: try arguments.owner,
                limit: arguments.optionalInt("first") ?? 50,
                as: context.caller
            )
        }
    }

    private func bindMetrics(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Metrics", LearnerMetrics.self) { [analytics] metrics in
            metrics.field("userId") { $0.user.rawValue }
            metrics.field("calculatedAt") { $0.calculatedAt }
            metrics.field("values") { $0.values }
            metrics.asyncField("days") { metrics, arguments, context -> [DayMetrics] in
                try await analytics.days(
                    of: metrics.user,
                    last: arguments.optionalInt("last") ?? 30,
                    as: context.caller
                )
            }
            metrics.asyncField("streak") { metrics, _, context -> Streak in
                try await analytics.streak(of: metrics.user, as: context.caller)
            }
        }
        resolvers.type("Metric", LearnerMetrics.Value.self) { value in
            value.field("name") { $0.name }
            value.field("value") { $0.value }
            value.field("unit") { $0.unit }
        }
        resolvers.type("DayMetrics", DayMetrics.self) { day in
            day.field("day") { $0.day }
            day.field("reviews") { $0.reviews }
            day.field("minutes") { $0.minutes }
            day.field("correct") { $0.correct }
            day.field("attempts") { $0.attempts }
            day.field("predictions") { $0.predictions }
            day.field("labChecks") { $0.labChecks }
            day.field("diagrams") { $0.diagrams }
        }
        resolvers.type("Streak", Streak.self) { streak in
            streak.field("days") { $0.days }
            streak.field("longest") { $0.longest }
            streak.field("week") { $0.week }
            streak.field("restDaysAllowed") { $0.restDaysAllowed }
        }
        resolvers.type("EventReceipt", EventReceipt.self) { receipt in
            receipt.field("accepted") { $0.accepted }
            receipt.field("duplicates") { $0.duplicates }
            receipt.field("rejected") { $0.rejected }
        }
        resolvers.type("EventRejection", EventReceipt.Rejection.self) { rejection in
            rejection.field("index") { $0.index }
            rejection.field("reason") { $0.reason }
        }
    }

    private func bindMap(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("SkillHeatmap", SkillMapView.self) { map in
            map.field("userId") { $0.map.user.rawValue }
            map.field("calculatedAt") { $0.map.calculatedAt }
            map.field("cells") { $0.cells }
            map.field("topics") { $0.topics }
        }
        resolvers.type("SkillCell", SkillCellView.self) { cell in
            cell.field("category") { $0.category }
            cell.field("skill") { $0.skill }
            cell.field("mastery") { $0.belief.mastery }
            cell.field("low") { $0.belief.low }
            cell.field("high") { $0.belief.high }
            cell.field("attempts") { $0.belief.attempts }
            cell.field("lastAt") { $0.belief.lastAt }
        }
        resolvers.type("TopicMastery", TopicView.self) { topic in
            topic.field("topic") { $0.topic }
            topic.field("category") { $0.category }
            topic.field("mastery") { $0.belief.mastery }
            topic.field("low") { $0.belief.low }
            topic.field("high") { $0.belief.high }
            topic.field("attempts") { $0.belief.attempts }
            topic.field("lastAt") { $0.belief.lastAt }
        }
    }

    private func bindForecastTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Forecast", Forecast.self) { forecast in
            forecast.field("kind") { $0.kind }
            forecast.field("value") { $0.value }
            forecast.field("unit") { $0.unit }
            forecast.field("low") { $0.low }
            forecast.field("high") { $0.high }
            forecast.field("reason") { $0.reason }
            forecast.field("calibration") { $0.calibration }
        }
        resolvers.type("CalibrationReport", CalibrationReport.self) { report in
            report.field("kind") { $0.kind }
            report.field("at") { $0.at }
            report.field("n") { $0.count }
            report.field("logLoss") { $0.logLoss }
            report.field("baselineLogLoss") { $0.baselineLogLoss }
            report.field("gainLow") { $0.gainLow }
            report.field("gainHigh") { $0.gainHigh }
            report.field("brier") { $0.brier }
            report.field("auc") { $0.auc }
            report.field("ece") { $0.ece }
            report.field("shown") { $0.isShown }
            report.field("bins") { $0.bins }
        }
        resolvers.type("CalibrationBin", CalibrationReport.Bin.self) { bin in
            bin.field("predicted") { $0.predicted }
            bin.field("observed") { $0.observed }
            bin.field("n") { $0.count }
            bin.field("low") { $0.low }
            bin.field("high") { $0.high }
        }
        resolvers.type("AnswerForecast", AnswerForecast.self) { forecast in
            forecast.field("itemId") { $0.item }
            forecast.field("contentId") { $0.content }
            forecast.field("skill") { $0.skill }
            forecast.field("at") { $0.at }
            forecast.field("predicted") { $0.predicted }
            forecast.field("correct") { $0.isCorrect }
        }
    }

    private func bindGoals(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Goal", Goal.self) { goal in
            goal.field("id") { $0.id.rawValue }
            goal.field("title") { $0.wanted.title }
            goal.field("contentIds") { $0.wanted.contents }
            goal.field("categories") { $0.wanted.categories }
            goal.field("byDate") { $0.wanted.byDate }
            goal.field("setAt") { $0.setAt }
            goal.field("mastered") { $0.mastered }
            goal.field("topics") { $0.topics }
            goal.field("reachedAt") { $0.reachedAt }
        }
        resolvers.type("Suggestion", Suggestion.self) { suggestion in
            suggestion.field("kind") { $0.kind }
            suggestion.field("contentKind") { $0.contentKind }
            suggestion.field("contentId") { $0.content }
            suggestion.field("title") { $0.title }
            suggestion.field("reason") { $0.reason }
        }
    }
}

extension Arguments {
    /// Whose data is asked for.
    var owner: UserID {
        get throws(GraphQLError) { UserID(try string("userId")) }
    }
}

extension Skill: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension ForecastKind: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension Suggestion.Kind: GraphQLEnum {
    /// The schema's name.
    public var graphQLName: String { rawValue.uppercased() }
}

extension LearnerMetrics: GraphQLObject {}
extension LearnerMetrics.Value: GraphQLObject {}
extension DayMetrics: GraphQLObject {}
extension Streak: GraphQLObject {}
extension EventReceipt: GraphQLObject {}
extension EventReceipt.Rejection: GraphQLObject {}
extension Forecast: GraphQLObject {}
extension CalibrationReport: GraphQLObject {}
extension CalibrationReport.Bin: GraphQLObject {}
extension AnswerForecast: GraphQLObject {}
extension Goal: GraphQLObject {}
extension Suggestion: GraphQLObject {}

/// A skill map with the catalogue that its categories are looked up in.
struct SkillMapView: GraphQLObject {
    let map: SkillMap
    let catalogue: Catalogue

    var cells: [SkillCellView] {
        let known = CountedCategory.byID(catalogue)
        return map.cells.compactMap { cell in
            known[cell.category].map { SkillCellView(category: $0, skill: cell.skill, belief: cell.belief) }
        }
    }

    var topics: [TopicView] {
        let known = CountedCategory.byID(catalogue)
        return map.topics.compactMap { topic in
            known[topic.category].map { TopicView(topic: topic.topic, category: $0, belief: topic.belief) }
        }
    }
}

/// A cell with its category.
struct SkillCellView: GraphQLObject {
    let category: CountedCategory
    let skill: Skill
    let belief: SkillMap.Belief
}

/// A topic with its category.
struct TopicView: GraphQLObject {
    let topic: String
    let category: CountedCategory
    let belief: SkillMap.Belief
}

extension CountedCategory {
    /// Every category of a catalogue.
    static func byID(_ catalogue: Catalogue) -> [String: CountedCategory] {
        Dictionary(
            catalogue.categories.map { ($0.id, CountedCategory(category: $0, catalogue: catalogue)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
