import AtlasAPI
import AtlasCore
import GraphQL

/// What learners recall, and when it comes again.
struct ReviewResolvers {
    let reviews: any Reviews
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in bindReading(&query) }
        resolvers.mutation { [self] mutation in
            bindAnswers(&mutation)
            bindLog(&mutation)
        }
        bindItems(&resolvers)
        bindCards(&resolvers)
        bindSettings(&resolvers)
        bindLogTypes(&resolvers)
    }

    private func bindReading(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("reviewQueue") { [reviews] _, arguments, context -> ReviewQueue in
            try await reviews.queue(
                limit: arguments.optionalInt("first") ?? 20,
                content: arguments.optionalString("contentId"),
                as: context.caller
            )
        }
        query.asyncField("reviewCards") { [reviews] _, arguments, context -> [ReviewCard] in
            try await reviews.cards(
                in: try arguments.optionalEnumeration("state", as: CardState.self),
                onlyLeeches: arguments.optionalBool("leechesOnly") ?? false,
                after: arguments.optionalString("after").map { ReviewItemID($0) },
                limit: arguments.optionalInt("first") ?? 50,
                as: context.caller
            )
        }
        query.asyncField("reviewSettings") { [reviews] _, _, context -> ReviewSettings in
            try await reviews.settings(as: context.caller)
        }
        query.asyncField("items") { [reviews] _, arguments, context -> [ReviewItem] in
            try await reviews.items(of: try arguments.string("contentId"), as: context.caller)
        }
        query.asyncField("reviewLog") { [reviews] _, arguments, context -> ReviewLogPage in
            guard let after = Int64(exactly: arguments.optionalDouble("after") ?? 0), after >= 0 else {
                throw AtlasError(.invalid, "`after` is the cursor of the page before, or 0.", field: "after")
            }
            let limit = arguments.optionalInt("first") ?? 200
            return try await reviews.log(after: after, limit: limit, as: context.caller)
        }
    }

    private func bindAnswers(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("revealItem") { [reviews] _, arguments, context -> ItemAnswer in
            try await reviews.reveal(try arguments.item, as: context.caller)
        }
        mutation.asyncField("answerItem") { [reviews] _, arguments, context -> ItemAnswer in
            let answer = NewAnswer(
                id: try arguments.string("id"),
                item: try arguments.item,
                choices: arguments.strings("choices"),
                at: try arguments.optionalTimestamp("at")
            )
            return try await reviews.answer(answer, as: context.caller)
        }
    }

    private func bindLog(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("recordReviews") { [reviews] _, arguments, context -> [ReviewOutcome] in
            try await reviews.record(try arguments.objects("reviews").map(Self.review), as: context.caller)
        }
        mutation.asyncField("undoReview") { [reviews] _, arguments, context -> ReviewCard in
            try await reviews.undo(try arguments.string("id"), as: context.caller)
        }
        mutation.asyncField("suspendItem") { [reviews] _, arguments, context -> ReviewCard in
            let isSuspended = arguments.optionalBool("suspended") ?? true
            return try await reviews.suspend(try arguments.item, isSuspended: isSuspended, as: context.caller)
        }
        mutation.asyncField("saveReviewSettings") { [reviews] _, arguments, context -> ReviewSettings in
            let input = try arguments.object("input")
            let settings = ReviewSettingsInput(
                minutesPerDay: try input.int("minutesPerDay"),
                newPerDay: input.optionalInt("newPerDay"),
                reviewsPerDay: input.optionalInt("reviewsPerDay"),
                retention: input.optionalDouble("retention") ?? 0.9,
                usesPersonalParameters: input.optionalBool("personalParameters") ?? true,
                timeZone: input.optionalString("timeZone") ?? "UTC",
                dayStartsAt: input.optionalInt("dayStartsAt") ?? 4,
                topicRetention: try input.objects("topicRetention").map {
                    TopicRetention(category: try $0.string("category"), retention: try $0.double("retention"))
                }
            )
            return try await reviews.save(settings, version: try arguments.int("version"), as: context.caller)
        }
    }

    private static func review(_ input: Arguments) throws -> NewReview {
        NewReview(
            id: try input.string("id"),
            item: try input.item,
            action: try input.optionalEnumeration("action", as: ReviewAction.self) ?? .review,
            rating: try input.optionalEnumeration("rating", as: ReviewRating.self),
            undoes: input.optionalString("undoes"),
            at: try input.timestamp("at"),
            duration: .milliseconds(try input.int("durationMs")),
            device: try input.string("device"),
            choices: input.optionalList("choices") == nil ? nil : input.strings("choices")
        )
    }

    private func bindItems(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ReviewItem", ReviewItem.self) { [content] item in
            item.field("id") { $0.id.rawValue }
            item.field("kind") { $0.kind }
            item.field("skill") { $0.skill }
            item.field("promptHTML") { $0.promptHTML }
            item.field("mode") { $0.mode }
            item.field("choices") { $0.choices }
            item.field("contentKind") { $0.contentKind }
            item.field("contentId") { $0.contentID }
            item.field("contentTitle") { $0.contentTitle }
            item.asyncField("category") { it, _, context -> CountedCategory in
                try await content.catalogue(as: context.caller).category(it.category)
            }
            item.field("topics") { $0.topics }
            item.field("nodeIds") { $0.nodes }
            item.field("edgeIds") { $0.edges }
        }
        resolvers.type("ItemChoice", ReviewItem.Choice.self) { choice in
            choice.field("id") { $0.id }
            choice.field("html") { $0.html }
        }
        resolvers.type("ItemAnswer", ItemAnswer.self) { answer in
            answer.field("itemId") { $0.item.rawValue }
            answer.field("correct") { $0.isCorrect }
            answer.field("answerHTML") { $0.answerHTML }
            answer.field("explanationHTML") { $0.explanationHTML }
            answer.field("correctChoices") { $0.correctChoices }
        }
    }

    private func bindCards(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ReviewCard", ReviewCard.self) { card in
            card.field("item") { $0.item }
            card.field("state") { $0.state }
            card.field("dueAt") { $0.due }
            card.field("retrievability") { $0.retrievability }
            card.field("lapses") { $0.lapses }
            card.field("reviews") { $0.reviews }
            card.field("leech") { $0.isLeech }
            card.field("intervals") { $0.intervals }
            card.field("why") { $0.why }
        }
        resolvers.type("RatingInterval", ReviewCard.Interval.self) { interval in
            interval.field("rating") { $0.rating }
            interval.field("seconds") { $0.seconds }
            interval.field("label") { $0.label }
        }
        resolvers.type("ReviewQueue", ReviewQueue.self) { queue in
            queue.field("cards") { $0.cards }
            queue.field("due") { $0.due }
            queue.field("fresh") { $0.fresh }
            queue.field("learning") { $0.learning }
            queue.field("reviewedToday") { $0.reviewedToday }
            queue.field("minutesToday") { $0.minutesToday }
            queue.field("minutesLeft") { $0.minutesLeft }
            queue.field("nextDueAt") { $0.nextDue }
        }
    }

    private func bindSettings(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ReviewSettings", ReviewSettings.self) { settings in
            settings.field("minutesPerDay") { $0.chosen.minutesPerDay }
            settings.field("newPerDay") { $0.newPerDay }
            settings.field("reviewsPerDay") { $0.reviewsPerDay }
            settings.field("chosenNewPerDay") { $0.chosen.newPerDay }
            settings.field("chosenReviewsPerDay") { $0.chosen.reviewsPerDay }
            settings.field("secondsPerReview") { $0.secondsPerReview }
            settings.field("retention") { $0.chosen.retention }
            settings.field("personalParameters") { $0.chosen.usesPersonalParameters }
            settings.field("parametersNote") { $0.parametersNote }
            settings.field("timeZone") { $0.chosen.timeZone }
            settings.field("dayStartsAt") { $0.chosen.dayStartsAt }
            settings.field("topicRetention") { $0.chosen.topicRetention }
            settings.field("version") { $0.version }
        }
        resolvers.type("TopicRetention", TopicRetention.self) { wish in
            wish.field("category") { $0.category }
            wish.field("retention") { $0.retention }
        }
    }

    private func bindLogTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ReviewOutcome", ReviewOutcome.self) { outcome in
            outcome.field("id") { $0.id }
            outcome.field("stored") { $0.isStored }
            outcome.field("problem") { $0.problem }
            outcome.field("card") { $0.card }
        }
        resolvers.type("ReviewEntry", ReviewEntry.self) { entry in
            entry.field("id") { $0.review.id }
            entry.field("itemId") { $0.review.item.rawValue }
            entry.field("action") { $0.review.action }
            entry.field("rating") { $0.review.rating }
            entry.field("undoes") { $0.review.undoes }
            entry.field("at") { $0.review.at }
            entry.field("durationMs") { Int($0.review.duration.wholeMilliseconds) }
            entry.field("device") { $0.review.device }
        }
        resolvers.type("ReviewLogPage", ReviewLogPage.self) { page in
            page.field("reviews") { $0.entries }
            page.field("cursor") { Double($0.cursor) }
            page.field("more") { $0.hasMore }
        }
    }
}

extension Arguments {
    fileprivate var item: ReviewItemID {
        get throws(GraphQLError) { ReviewItemID(try string("itemId")) }
    }
}
