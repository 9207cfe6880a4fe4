import AtlasAPI
import AtlasCore
import GraphQL

/// Questions to the tutor, its answers, and the conversations that they make.
struct TutorResolvers {
    /// How long `askQuestion` waits for a whole answer; below the time after which a request is cancelled and answered 503.
    static let patience = Duration.seconds(20)

    let tutor: any Tutor
    let content: any Content
    let ids: any IDSource
    var patience = TutorResolvers.patience

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in bindReading(&query) }
        resolvers.mutation { [self] mutation in
            bindAsking(&mutation)
            bindKeeping(&mutation)
        }
        resolvers.subscription { [self] subscription in
            subscription.field("answerStream") { arguments, context in
                let question = try question(arguments, clientID: try arguments.string("clientId"))
                return try await tutor.ask(question, as: context.caller)
            }
        }
        Self.bindAnswer(&resolvers)
        Self.bindEvent(&resolvers)
        bindConversation(&resolvers)
        bindSummary(&resolvers)
        Self.bindState(&resolvers)
    }

    private func bindReading(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("conversation") { [tutor] _, arguments, context -> Conversation in
            try await tutor.conversation(try arguments.conversation, as: context.caller)
        }
        query.asyncField("conversations") { [tutor] _, arguments, context -> ConversationPage in
            try await tutor.conversations(
                about: arguments.optionalString("about"),
                before: arguments.optionalString("after").map { ConversationID($0) },
                limit: arguments.optionalInt("first") ?? 20,
                as: context.caller
            )
        }
        query.asyncField("tutorState") { [tutor] _, _, context -> TutorState in
            try await tutor.state(as: context.caller)
        }
    }

    private func bindAsking(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("askQuestion") { [self] _, arguments, context -> TutorAnswer in
            let client = try arguments.object("context").optionalString("clientId")
            return try await whole(try question(arguments, clientID: client ?? ids.next()), as: context.caller)
        }
        mutation.asyncField("stopAnswer") { [tutor] _, arguments, context -> TutorAnswer in
            try await tutor.stop(try arguments.answer, as: context.caller)
        }
    }

    private func bindKeeping(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("rateAnswer") { [tutor] _, arguments, context -> TutorAnswer in
            try await tutor.rate(
                try arguments.answer,
                isHelpful: try arguments.bool("helpful"),
                comment: arguments.optionalString("comment") ?? "",
                as: context.caller
            )
        }
        mutation.asyncField("deleteConversation") { [tutor] _, arguments, context -> Bool in
            try await tutor.delete(try arguments.conversation, as: context.caller)
        }
        mutation.asyncField("setTutorSharing") { [tutor] _, arguments, context -> TutorState in
            try await tutor.setSharesProfile(try arguments.bool("shares"), as: context.caller)
        }
    }
}

// MARK: Asking

extension TutorResolvers {
    private func question(_ arguments: Arguments, clientID: String) throws -> NewQuestion {
        let context = try arguments.object("context")
        return NewQuestion(
            clientID: clientID,
            text: try arguments.string("question"),
            context: TutorContext(
                diagram: context.optionalString("diagramId").map { DiagramID($0) },
                lab: context.optionalString("labId").map { LabID($0) },
                incident: context.optionalString("incidentId").map { IncidentID($0) },
                conversation: context.optionalString("conversationId").map { ConversationID($0) },
                nodes: context.strings("nodeIds"),
                item: context.optionalString("itemId").map { ReviewItemID($0) }
            ),
            intent: try context.optionalEnumeration("intent") ?? .ask
        )
    }

    /// The whole answer; after `patience` the answer as it is then.
    func whole(_ question: NewQuestion, as caller: Caller) async throws -> TutorAnswer {
        if let answer = await finished(try await tutor.ask(question, as: caller)) { return answer }
        try Task.checkCancellation()
        // Whoever asks again is told first what was said so far.
        for await event in try await tutor.ask(question, as: caller) {
            switch event {
            case .answer(let answer), .finished(let answer): return answer
            case .text, .citation, .note: continue
            }
        }
        throw AtlasError(.unavailable, "The answer did not come.", retryAfter: .seconds(1))
    }

    /// The answer at the end of `events`, `nil` if it does not come in time.
    private func finished(_ events: AsyncStream<AnswerEvent>) async -> TutorAnswer? {
        await withTaskGroup(of: TutorAnswer?.self) { [patience] group in
            group.addTask {
                for await event in events {
                    if case .finished(let answer) = event { return answer }
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

// MARK: Types

extension TutorResolvers {
    private static func bindAnswer(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Answer", TutorAnswer.self) { answer in
            answer.field("id") { $0.id.rawValue }
            answer.field("clientId") { $0.clientID }
            answer.field("conversationId") { $0.conversation.rawValue }
            answer.field("text") { $0.text }
            answer.field("html") { $0.html }
            answer.field("abstained") { $0.abstained }
            answer.field("hintLevel") { $0.hintLevel }
            answer.field("move") { $0.move }
            answer.field("status") { $0.status }
            answer.field("citations") { $0.citations }
            answer.field("unsupported") { $0.unsupported }
            answer.field("writer") { $0.writer }
            answer.field("note") { $0.note }
            answer.field("tokens") { $0.tokens }
            answer.field("helpful") { $0.isHelpful }
            answer.field("createdAt") { $0.createdAt }
            answer.field("milliseconds") { $0.milliseconds }
        }
        resolvers.type("Citation", Citation.self) { citation in
            citation.field("number") { $0.number }
            citation.field("record") { $0.record }
            citation.field("title") { $0.title }
            citation.field("diagramId") { $0.diagram?.rawValue }
            citation.field("nodeId") { $0.node }
            citation.field("edgeId") { $0.edge }
            citation.field("incidentId") { $0.incident?.rawValue }
            citation.field("labId") { $0.lab?.rawValue }
            citation.field("line") { $0.line }
            citation.field("quote") { $0.quote }
        }
    }

    private static func bindEvent(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("AnswerEvent", AnswerEvent.self) { event in
            event.field("kind") { $0.kind }
            event.field("answer") { event -> TutorAnswer? in
                switch event {
                case .answer(let answer), .finished(let answer): answer
                case .text, .citation, .note: nil
                }
            }
            event.field("text") { event -> String? in
                if case .text(let text) = event { text } else { nil }
            }
            event.field("citation") { event -> Citation? in
                if case .citation(let citation) = event { citation } else { nil }
            }
            event.field("note") { event -> String? in
                if case .note(let note) = event { note } else { nil }
            }
        }
    }

    private func bindConversation(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Conversation", Conversation.self) { [content] conversation in
            conversation.field("id") { $0.summary.id.rawValue }
            conversation.field("title") { $0.summary.title }
            conversation.field("diagramId") { $0.summary.context.diagram?.rawValue }
            conversation.field("labId") { $0.summary.context.lab?.rawValue }
            conversation.field("incidentId") { $0.summary.context.incident?.rawValue }
            conversation.asyncField("subject") { it, _, context -> String? in
                try await Self.subject(of: it.summary, content, context.caller)
            }
            conversation.field("questions") { $0.summary.questions }
            conversation.field("startedAt") { $0.summary.startedAt }
            conversation.field("updatedAt") { $0.summary.updatedAt }
            conversation.field("turns") { $0.turns }
        }
        resolvers.type("ConversationTurn", Conversation.Turn.self) { turn in
            turn.field("question") { $0.question }
            turn.field("intent") { $0.intent }
            turn.field("nodeIds") { $0.nodes }
            turn.field("itemId") { $0.item?.rawValue }
            turn.field("answer") { $0.answer }
        }
    }

    private func bindSummary(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ConversationPage", ConversationPage.self) { page in
            page.field("conversations") { $0.conversations }
            page.field("cursor") { $0.cursor?.rawValue }
        }
        resolvers.type("ConversationSummary", ConversationSummary.self) { [content] summary in
            summary.field("id") { $0.id.rawValue }
            summary.field("title") { $0.title }
            summary.field("diagramId") { $0.context.diagram?.rawValue }
            summary.field("labId") { $0.context.lab?.rawValue }
            summary.field("incidentId") { $0.context.incident?.rawValue }
            summary.asyncField("subject") { it, _, context -> String? in
                try await Self.subject(of: it, content, context.caller)
            }
            summary.field("questions") { $0.questions }
            summary.field("startedAt") { $0.startedAt }
            summary.field("updatedAt") { $0.updatedAt }
        }
    }

    /// The title of what a conversation is about.
    private static func subject(
        of summary: ConversationSummary,
        _ content: any Content,
        _ caller: Caller
    ) async throws -> String? {
        let context = summary.context
        if let id = context.diagram { return try await content.diagrams([id], as: caller).first??.header.title }
        if let id = context.lab { return try await content.labs([id], as: caller).first??.header.title }
        if let id = context.incident { return try await content.incidents([id], as: caller).first??.header.title }
        return nil
    }

    private static func bindState(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("TutorState", TutorState.self) { state in
            state.field("writer") { $0.writer }
            state.field("embedder") { $0.embedder }
            state.field("notes") { $0.notes }
            state.field("records") { $0.records }
            state.field("tokensLeft") { state in state.tokensLeft.map { Int(Int32(clamping: $0)) } }
            state.field("resetsAt") { $0.resetsAt }
            state.field("sharesProfile") { $0.sharesProfile }
        }
    }
}

extension AnswerEvent {
    fileprivate enum Kind: String, CaseIterable, GraphQLEnum {
        case answer, text, citation, note, finished

        var graphQLName: String { rawValue.uppercased() }
    }

    fileprivate var kind: Kind {
        switch self {
        case .answer: .answer
        case .text: .text
        case .citation: .citation
        case .note: .note
        case .finished: .finished
        }
    }
}

extension Arguments {
    fileprivate var conversation: ConversationID {
        get throws(GraphQLError) { ConversationID(try string("conversationId")) }
    }

    fileprivate var answer: AnswerID {
        get throws(GraphQLError) { AnswerID(try string("answerId")) }
    }
}
