/// A position in a document; both numbers count from 1, the column in UTF-16 units.
public struct SourceLocation: Sendable, Hashable {
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One step from the root of a response to a value in it.
public enum PathElement: Sendable, Hashable {
    /// A response key.
    case key(String)
    /// A position in a list, from 0.
    case index(Int)
}

/// One entry of a response's `errors`.
public struct GraphQLError: Error, Sendable, Equatable {
    /// What went wrong, for the developer of the client.
    public var message: String
    /// Where in the document; may be empty.
    public var locations: [SourceLocation]
    /// Where in the response; empty for errors that concern no field.
    public var path: [PathElement]
    /// Further members, in order; conventionally `code`.
    public var extensions: [Value.Member]

    /// Creates an error.
    ///
    /// The engine adds locations and path to errors that resolvers throw.
    public init(
        _ message: String,
        locations: [SourceLocation] = [],
        path: [PathElement] = [],
        extensions: [Value.Member] = []
    ) {
        self.message = message
        self.locations = locations
        self.path = path
        self.extensions = extensions
    }

    /// Creates an error whose extensions have a `code`.
    public init(_ message: String, code: String) {
        self.init(message, extensions: [Value.Member(name: "code", value: .string(code))])
    }

    /// The error with a code, unless it has one.
    func coded(_ code: String?) -> GraphQLError {
        guard let code, self.code == nil else { return self }
        var error = self
        error.extensions.append(Value.Member(name: "code", value: .string(code)))
        return error
    }

    /// The `code` of the extensions, if there is one.
    public var code: String? {
        guard case .string(let code)? = extensions.first(where: { $0.name == "code" })?.value else { return nil }
        return code
    }
}

extension JSONWriter {
    /// Appends an error as the response format has it.
    mutating func error(_ error: GraphQLError) {
        raw("{\"message\":")
        string(error.message)
        if !error.locations.isEmpty { locations(error.locations) }
        if !error.path.isEmpty {
            raw(",\"path\":")
            path(error.path)
        }
        if !error.extensions.isEmpty {
            raw(",\"extensions\":")
            value(.object(error.extensions))
        }
        byte(0x7D)
    }

    /// Appends a list of errors.
    mutating func errors(_ errors: [GraphQLError]) {
        byte(0x5B)
        for (index, error) in errors.enumerated() {
            if index > 0 { byte(0x2C) }
            self.error(error)
        }
        byte(0x5D)
    }

    private mutating func locations(_ locations: [SourceLocation]) {
        raw(",\"locations\":[")
        for (index, location) in locations.enumerated() {
            if index > 0 { byte(0x2C) }
            raw("{\"line\":")
            int(Int64(location.line))
            raw(",\"column\":")
            int(Int64(location.column))
            byte(0x7D)
        }
        byte(0x5D)
    }

    /// Appends a path as a list.
    mutating func path(_ path: [PathElement]) {
        byte(0x5B)
        for (index, element) in path.enumerated() {
            if index > 0 { byte(0x2C) }
            switch element {
            case .key(let key): string(key)
            case .index(let position): int(Int64(position))
            }
        }
        byte(0x5D)
    }
}
