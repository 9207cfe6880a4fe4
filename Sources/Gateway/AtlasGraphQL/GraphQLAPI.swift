public import AtlasAPI
public import AtlasCore
public import GraphQL
public import Logging

/// `schema.graphql` bound to the services.
public struct GraphQLAPI: Sendable {
    /// The engine that the gateway asks.
    public let engine: Engine<RequestContext>

    /// - Parameters:
    ///   - services: What the resolvers call.
    ///   - isDevelopment: Whether introspection and suggestions are on.
    /// - Throws: `SchemaProblems` with every field that is unbound or has another type.
    public init(
        services: GraphQLServices,
        isDevelopment: Bool,
        ids: any IDSource,
        logger: Logger
    ) throws {
        let mapper = ErrorMapper(logger: logger, ids: ids)
        var options = EngineOptions<RequestContext>()
        options.introspection = isDevelopment
        options.suggestions = isDevelopment
        options.requestErrorCode = AtlasError.Code.invalid.rawValue
        options.resultErrorCode = AtlasError.Code.internalError.rawValue
        options.errorMapper = { mapper($0) }
        options.maxCost = Self.costLimit
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
        engine = try Engine(schema: schema, resolvers: Self.resolvers(services), options: options)
    }

    /// The text of `schema.graphql`, as it was when this program was built.
    public static let schema = String(decoding: PackageResources.schema_graphql, as: UTF8.self)

    /// The most that one operation may cost; the largest of the web client costs about a tenth.
    private static let costLimit = 20_000

    private static func resolvers(_ services: GraphQLServices) -> Resolvers<RequestContext> {
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
        Unavailable.bind(&resolvers)
        return resolvers
    }
}

/// The services that resolvers call.
public struct GraphQLServices: Sendable {
    let auth: any Auth
    let content: any Content
    let progress: any ProgressTracking
    let predictions: any Predictions

    /// All of them.
    public init(
        auth: any Auth,
        content: any Content,
        progress: any ProgressTracking,
        predictions: any Predictions
    ) {
        self.auth = auth
        self.content = content
        self.progress = progress
        self.predictions = predictions
    }
}
