public import AtlasAPI
public import AtlasCore
public import GraphQL
public import Logging

/// `schema.graphql` bound to the services.
public struct GraphQLAPI: Sendable {
    /// The engine that the gateway asks.
    public let engine: Engine<RequestContext>

    private let responses: ResponseCache?

    /// - Parameters:
    ///   - services: What the resolvers call.
    ///   - isDevelopment: Whether introspection and suggestions are on.
    ///   - responses: Keeps answers; `nil` to execute every request.
    /// - Throws: `SchemaProblems` with every field that is unbound or has another type.
    public init(
        services: GraphQLServices,
        isDevelopment: Bool,
        responses: ResponseCache? = nil,
        ids: any IDSource,
        logger: Logger
    ) throws {
        self.responses = responses
        let mapper = ErrorMapper(logger: logger, ids: ids)
        var options = EngineOptions<RequestContext>()
        options.introspection = isDevelopment
        options.suggestions = isDevelopment
        options.incrementalDelivery = true
        options.requestErrorCode = AtlasError.Code.invalid.rawValue
        options.resultErrorCode = AtlasError.Code.internalError.rawValue
        options.errorMapper = { mapper($0) }
        options.maxCost = Self.costLimit
        options.trace = { $0.trace }
        options.policyDirectives = Policy.directives
        let schema = try Schema(sdl: Self.schema)
        let requirements = try Policy.requirements(of: schema)
        options.fieldPolicy = { field, parent, context in
            do throws(AtlasError) {
                try Policy.check(requirements["\(parent).\(field.name)"] ?? .refused, context.caller)
                return .allow
            } catch {
                return .deny(ErrorMapper.visible(error))
            }
        }
        engine = try Engine(schema: schema, resolvers: Self.resolvers(services, ids), options: options)
    }

    /// The text of `schema.graphql`, as it was when this program was built.
    public static let schema = String(decoding: PackageResources.schema_graphql, as: UTF8.self)

    /// The most that one operation may cost; the largest of the web client costs about a tenth.
    private static let costLimit = 20_000

    private static func resolvers(_ services: GraphQLServices, _ ids: any IDSource) -> Resolvers<RequestContext> {
        var resolvers = Resolvers<RequestContext>()
        let progress = ProgressResolvers(
            progress: services.progress,
            predictions: services.predictions,
            content: services.content
        )
        PeopleResolvers(auth: services.auth, progress: progress).bind(&resolvers)
        progress.bind(&resolvers)
        PredictionResolvers(predictions: services.predictions, content: services.content).bind(&resolvers)
        ContentResolvers(content: services.content).bind(&resolvers)
        ItemResolvers(content: services.content, progress: services.progress).bind(&resolvers)
        GraphResolvers.bind(&resolvers)
        AuthoringResolvers(content: services.content).bind(&resolvers)
        GroupResolvers(groups: services.groups).bind(&resolvers)
        GroupMessageResolvers(chat: services.chat).bind(&resolvers)
        PeerResolvers(peers: services.peers, notices: services.notices).bind(&resolvers)
        AnalyticsResolvers(analytics: services.analytics, content: services.content).bind(&resolvers)
        ReportResolvers(
            reports: services.reports,
            privacy: services.privacy,
            content: services.content,
            reviews: services.reviews
        ).bind(&resolvers)
        LabRunResolvers(labs: services.labs).bind(&resolvers)
        ReviewResolvers(reviews: services.reviews, content: services.content).bind(&resolvers)
        TutorResolvers(tutor: services.tutor, content: services.content, ids: ids).bind(&resolvers)
        return resolvers
    }
}

extension GraphQLAPI {
    /// Executes a request, or gives the answer that was kept.
    ///
    /// - Parameter charge: Told what the request costs before it runs, and after it what it cost more or, negative,
    ///   less; a kept answer and a refusal cost 1.
    public func execute(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void = { _ in }
    ) async -> GraphQL.Response {
        let prepared: PreparedOperation
        do throws(RequestErrors) {
            prepared = try engine.prepare(request, context: context)
        } catch {
            await charge(1)
            return Response(refusing: error)
        }
        return await execute(prepared, request, context, charge)
    }

    private func execute(
        _ prepared: PreparedOperation,
        _ request: GraphQL.Request,
        _ context: RequestContext,
        _ charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        guard prepared.cachePolicy != nil, let responses,
            let key = await responses.key(request, prepared, for: context.caller)
        else { return await run(prepared, context, charge) }
        if let kept = await responses.answer(key, prepared) {
            await charge(1)
            return kept
        }
        let response = await run(prepared, context, charge)
        await responses.keep(response, under: key)
        return response
    }

    private func run(
        _ prepared: PreparedOperation,
        _ context: RequestContext,
        _ charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        await charge(prepared.cost)
        let response = await engine.execute(prepared, context: context)
        await forgetAnswers(after: response, of: context.caller)
        let difference = (response.actualCost ?? prepared.cost) - prepared.cost
        if difference != 0 { await charge(difference) }
        return response
    }

    /// Executes a request and delivers its response, in parts if the document asks for them; these are never kept.
    ///
    /// - Parameter deliver: Takes the parts in order; after `false` nothing more is made.
    public func executeInParts(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async {
        await engine.executeInParts(request, context: context) { response in
            await forgetAnswers(after: response, of: context.caller)
            return await deliver(response)
        }
    }

    /// Follows a subscription until its source ends, `deliver` answers `false` or the task is cancelled; executes
    /// another operation, as `execute` does unless it has parts, and delivers its responses.
    ///
    /// - Parameter charge: As in `execute`; a subscription costs what its first response did.
    /// - Returns: The response that refuses the request, or `nil`.
    public func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void = { _ in },
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        let prepared: PreparedOperation
        do throws(RequestErrors) {
            prepared = try engine.prepare(request, context: context, inParts: true)
        } catch {
            await charge(1)
            return Response(refusing: error)
        }
        guard prepared.kind == .subscription || prepared.hasParts else {
            let response = await execute(prepared, request, context, charge)
            guard !response.isRequestError else { return response }
            _ = await deliver(response)
            return nil
        }
        var isCharged = false
        let refusal = await engine.subscribe(prepared, context: context) { response in
            if !isCharged { await charge(response.actualCost ?? response.cost ?? 1) }
            isCharged = true
            await forgetAnswers(after: response, of: context.caller)
            return await deliver(response)
        }
        if let refusal { await forgetAnswers(after: refusal, of: context.caller) }
        return refusal
    }

    /// Whoever changes something sees it at once.
    private func forgetAnswers(after response: GraphQL.Response, of caller: Caller) async {
        guard response.operationKind == .mutation, let user = caller.account?.user else { return }
        await responses?.forget(user)
    }
}

/// The services that resolvers call.
public struct GraphQLServices: Sendable {
    let auth: any Auth
    let content: any Content
    let progress: any ProgressTracking
    let predictions: any Predictions
    let groups: any StudyGroups
    let chat: any GroupChat
    let peers: any PeerMatching
    let notices: any Notifications
    let analytics: any Analytics
    let reports: any LearningReports
    let privacy: any Privacy
    let labs: any Labs
    let reviews: any Reviews
    let tutor: any Tutor

    /// All of them.
    public init(
        auth: any Auth,
        content: any Content,
        progress: any ProgressTracking,
        predictions: any Predictions,
        groups: any StudyGroups,
        chat: any GroupChat,
        peers: any PeerMatching,
        notices: any Notifications,
        analytics: any Analytics,
        reports: any LearningReports,
        privacy: any Privacy,
        labs: any Labs,
        reviews: any Reviews,
        tutor: any Tutor
    ) {
        self.auth = auth
        self.content = content
        self.progress = progress
        self.predictions = predictions
        self.groups = groups
        self.chat = chat
        self.peers = peers
        self.notices = notices
        self.analytics = analytics
        self.reports = reports
        self.privacy = privacy
        self.labs = labs
        self.reviews = reviews
        self.tutor = tutor
    }
}
