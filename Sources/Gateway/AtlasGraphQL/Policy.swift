import AtlasCore
import GraphQL

/// The one place where a GraphQL field is allowed or refused, by what `schema.graphql` says of it.
///
/// A field's own directive counts; without one, its type's. A field with neither stops the start. `@owner` on a field
/// needs an account here, and the service compares it with the owner.
enum Policy {
    static let directives: Set<String> = ["public", "auth", "owner"]

    /// What a field asks of its caller.
    enum Requirement: Equatable {
        case nothing
        case account
        case role(Role)
        case refused
    }

    /// What every field of the schema asks, by `Type.field`.
    ///
    /// - Throws: `AtlasError.internalError` that lists the fields of which nothing is said.
    static func requirements(of schema: Schema) throws(AtlasError) -> [String: Requirement] {
        var requirements: [String: Requirement] = [:]
        var forgotten: [String] = []
        for type in schema.types where type.kind == .object && !type.name.hasPrefix("__") {
            let ofType = requirement(type.directives, isField: false)
            for field in type.fields {
                let name = "\(type.name).\(field.name)"
                requirements[name] = requirement(field.directives, isField: true) ?? ofType
                if requirements[name] == nil { forgotten.append(name) }
            }
        }
        guard forgotten.isEmpty else {
            throw AtlasError(
                .internalError,
                "The schema has fields without a policy.",
                detail: forgotten.sorted().joined(separator: ", ")
            )
        }
        return requirements
    }

    static func check(_ requirement: Requirement, _ caller: Caller) throws(AtlasError) {
        switch requirement {
        case .nothing: break
        case .account: _ = try caller.signedIn()
        case .role(let role): try caller.require(role)
        case .refused: throw AtlasError(.forbidden, "This field has no policy and is refused.")
        }
    }

    private static func requirement(_ directives: [AppliedDirective], isField: Bool) -> Requirement? {
        for directive in directives {
            switch directive.name {
            case "public": return .nothing
            case "owner": return isField ? .account : .nothing
            case "auth":
                let name = directive.arguments.optionalString("requires") ?? "ADMIN"
                return Role(graphQLName: name).map(Requirement.role) ?? .refused
            default: continue
            }
        }
        return nil
    }
}
