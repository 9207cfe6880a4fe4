import AtlasCore
import AtlasPorts
import GraphQL
import Logging

/// Turns any error of a resolver into what a client may see; what it may not see goes to the log under an id.
struct ErrorMapper: Sendable {
    let logger: Logger
    let ids: any IDSource

    func callAsFunction(_ error: any Error) -> GraphQLError {
        if let error = error as? GraphQLError { return error }
        if error is CancellationError { return GraphQLError("The request was cancelled.", code: "CANCELLED") }
        let known =
            error as? AtlasError ?? (error as? DatabaseError)?.forCaller
            ?? AtlasError(.internalError, "Something went wrong on our side.", cause: error)
        guard known.code == .internalError || known.code == .unavailable else { return Self.visible(known) }
        let reference = ids.next()
        logger.error("resolver failed", metadata: ["reference": "\(reference)", "error": "\(known)"])
        return Self.visible(known, reference: reference)
    }

    static func visible(_ error: AtlasError, reference: String? = nil) -> GraphQLError {
        var extensions = [Value.Member(name: "code", value: .string(error.code.rawValue))]
        if let field = error.field { extensions.append(.init(name: "field", value: .string(field))) }
        if let wait = error.retryAfter {
            extensions.append(.init(name: "retryAfterSeconds", value: .int(wait.components.seconds)))
        }
        if let reference { extensions.append(.init(name: "reference", value: .string(reference))) }
        return GraphQLError(error.message, extensions: extensions)
    }
}
