/// Validates documents against a schema.
///
/// One walk over the document checks every rule of section 5 of the specification, in the order in which the
/// reference implementation visits nodes and rules, so that errors come out in its order too.
struct Validator {
    let document: Document
    let schema: Schema
    let suggests: Bool

    /// The texts of the document's names, by symbol.
    let names: [String]

    /// Fragments by the symbol of their name; the last of several wins.
    let fragments: [Int: Int]

    /// How many errors are reported before validation stops.
    private let errorLimit: Int

    var errors: [GraphQLError] = []

    /// Whether fields that cannot be merged exist somewhere, so that each selection set is searched for them.
    var hasMergeConflicts = false
    var mergeReport: MergeReport

    /// The variables of the operation visited last, by the symbol of their name.
    var variables: [Int: VariableNode] = [:]

    /// Names of operations and fragments met so far.
    var operationNames: [Int: Name] = [:]
    var fragmentNames: [Int: Name] = [:]

    /// The labels of `@defer` and `@stream` met so far.
    var labels: [String: Extent] = [:]
    var cycleSearch = CycleSearch()
    lazy var usages = VariableUsages(document: document, schema: schema, names: names)
    lazy var introspectionDepth = IntrospectionDepth(document: document, names: names, fragments: fragments)

    /// Ends the walk when the limit is reached.
    struct Stop: Error {}

    /// The errors of a document under an engine's limits; those of exceeded limits first and alone.
    static func errors(_ document: Document, _ schema: Schema, _ limits: EngineLimits) -> [GraphQLError] {
        var check = DocumentLimits(document: document, limits: limits)
        let exceeded = check.errors()
        guard exceeded.isEmpty else { return exceeded }
        let errors = errors(document, schema, maxErrors: limits.maxErrors, suggests: limits.suggestions)
        guard errors.isEmpty, !limits.introspection else { return errors }
        return introspectionErrors(document)
    }

    /// The errors of a document, at most `maxErrors` and one that says there are more.
    static func errors(
        _ document: Document,
        _ schema: Schema,
        maxErrors: Int = 100,
        suggests: Bool = true
    ) -> [GraphQLError] {
        var validator = Validator(document: document, schema: schema, maxErrors: maxErrors, suggests: suggests)
        do throws(Stop) {
            try validator.visitDocument()
        } catch {
            validator.errors.append(
                GraphQLError("Too many validation errors, error limit reached. Validation aborted.")
            )
        }
        return validator.errors
    }

    private init(document: Document, schema: Schema, maxErrors: Int, suggests: Bool) {
        self.document = document
        self.schema = schema
        self.suggests = suggests
        errorLimit = maxErrors
        names = document.symbolTexts()
        fragments = Dictionary(
            document.fragments.enumerated().map { ($1.name.id, $0) },
            uniquingKeysWith: { $1 }
        )
        mergeReport = MergeReport(document: document, schema: schema, names: names, fragments: fragments)
    }

    /// The most places that one error names.
    ///
    /// Errors about circles of fragments would grow the report with the square of the document.
    private static let placeLimit = 100

    /// Reports an error at some places of the document.
    mutating func report(_ message: String, _ extents: [Extent]) throws(Stop) {
        guard errors.count < errorLimit else { throw Stop() }
        let locations = extents.prefix(Self.placeLimit).map { document.location($0) }
        errors.append(GraphQLError(message, locations: locations))
    }

    mutating func report(_ message: String, _ extent: Extent) throws(Stop) {
        try report(message, [extent])
    }

    /// A name as messages show it.
    func text(_ name: Name) -> String { Parser.cut(names[name.id]) }

    func similar(_ name: String, _ options: [String]) -> [String] {
        suggests ? Suggestions.names(for: name, among: options) : []
    }

    func namedType(_ type: Int32) -> TypeDefinition? {
        schema.type(names[document.types[Int(type)].name.id])
    }

    /// Fields of introspection in a document, for schemas that do not answer them.
    private static func introspectionErrors(_ document: Document) -> [GraphQLError] {
        for node in document.fields {
            let name = document.text(node.name)
            guard name == "__schema" || name == "__type" else { continue }
            return [
                GraphQLError(
                    "GraphQL introspection is not allowed, but the query contained \"\(name)\".",
                    locations: [document.location(node.extent)],
                    extensions: [Value.Member(name: "code", value: "INTROSPECTION_DISABLED")]
                )
            ]
        }
        return []
    }
}
