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

    /// What the execution cost by the lengths that lists really had, when something was executed.
    public var actualCost: Int?

    /// For how long and for whom this response may be kept; `nil` for not at all, as when it lists errors.
    public var cachePolicy: CachePolicy?

    /// For how many seconds it has been kept already; `nil` for one that was just made.
    public var ageSeconds: Int?

    /// Whether further parts of the response follow.
    public var hasNext = false

    /// The response as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

extension Response {
    /// A response that was kept: its `data` as it was written, without errors.
    ///
    /// Giving it again costs 1.
    public init(kept data: ArraySlice<UInt8>, of prepared: PreparedOperation, ageSeconds: Int) {
        var writer = JSONWriter(capacity: data.count + 16)
        writer.raw(ResponseText.data)
        data.withUnsafeBufferPointer { writer.raw($0) }
        writer.byte(0x7D)
        self.init(
            body: writer.finish(),
            hasErrors: false,
            isRequestError: false,
            operationKind: prepared.kind,
            cost: prepared.cost,
            actualCost: 1,
            cachePolicy: prepared.cachePolicy,
            ageSeconds: ageSeconds
        )
    }

    /// The bytes of `data` in a response without errors; `nil` in one with errors.
    public var data: ArraySlice<UInt8>? {
        hasErrors ? nil : body[ResponseText.data.utf8CodeUnitCount..<(body.count - 1)]
    }

    /// A response that refuses a request.
    public init(refusing errors: RequestErrors) {
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
