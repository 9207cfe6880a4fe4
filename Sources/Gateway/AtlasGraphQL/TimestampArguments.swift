import AtlasCore
import GraphQL

extension Arguments {
    /// The moment called `name`.
    ///
    /// - Throws: `AtlasError.invalid` for what is no moment.
    func timestamp(_ name: String) throws -> Timestamp {
        guard let moment = Timestamp(iso8601: try string(name)) else {
            throw AtlasError(
                .invalid,
                "“\(name)” is no moment as in 2026-11-24T18:11:56.042Z.",
                field: name
            )
        }
        return moment
    }

    /// The moment called `name`, `nil` for null.
    ///
    /// - Throws: `AtlasError.invalid` for what is no moment.
    func optionalTimestamp(_ name: String) throws -> Timestamp? {
        optionalString(name) == nil ? nil : try timestamp(name)
    }
}
