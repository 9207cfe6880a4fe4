/// A request to execute an operation.
public struct Request: Sendable {
    /// The document.
    public var query: String
    /// Which of its operations, when it has several.
    public var operationName: String?
    /// The variables as one object value; null counts as no variables.
    public var variables: Value

    /// Creates a request.
    public init(query: String, operationName: String? = nil, variables: Value = .emptyObject) {
        self.query = query
        self.operationName = operationName
        self.variables = variables
    }
}

/// A finished response.
public struct Response: Sendable {
    /// The response as JSON in UTF-8.
    public let body: [UInt8]

    /// Whether it lists errors.
    public let hasErrors: Bool

    /// Whether the request was refused before execution, so that there is no `data`.
    public let isRequestError: Bool

    /// The operation's kind, unless the document could not be read.
    public let operationKind: OperationKind?

    /// The static cost of the operation, when it was computed.
    public let cost: Int?

    /// The response as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

extension Response {
    /// A response that refuses a request.
    init(refusing errors: RequestErrors) {
        self.init(refusing: errors.errors, kind: errors.operationKind)
    }

    /// A response that refuses a request with one error.
    public init(refusing error: GraphQLError) {
        self.init(refusing: [error])
    }

    /// A response that refuses a request.
    init(refusing errors: [GraphQLError], kind: OperationKind? = nil, cost: Int? = nil) {
        var writer = JSONWriter()
        writer.raw("{\"errors\":")
        writer.errors(errors)
        writer.byte(0x7D)
        body = writer.finish()
        hasErrors = true
        isRequestError = true
        operationKind = kind
        self.cost = cost
    }
}

/// Why a request was refused before execution.
public struct RequestErrors: Error, Sendable {
    /// The reasons, at least one.
    public let errors: [GraphQLError]

    /// The operation's kind, if the document could be read and has the operation.
    public let operationKind: OperationKind?

    init(_ errors: [GraphQLError], _ operationKind: OperationKind? = nil) {
        self.errors = errors
        self.operationKind = operationKind
    }

    /// The errors with a code where they have none.
    func coded(_ code: String?) -> RequestErrors {
        guard let code else { return self }
        return RequestErrors(errors.map { $0.coded(code) }, operationKind)
    }
}
