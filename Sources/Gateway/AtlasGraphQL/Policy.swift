import AtlasCore
import GraphQL

/// The one place where a GraphQL field is allowed or refused, by what `schema.graphql` says of it.
///
/// A field's own directive counts; without one, its type's. A field with neither is refused, so a forgotten policy
/// shows at once. `@owner` on a field needs an account here, and the service compares it with the owner.
enum Policy {
    static let directives: Set<String> = ["public", "auth", "owner"]

    /// What a field asks of its caller.
    enum Requirement: Equatable {
        case nothing
        case account
        case role(Role)
        case refused
    }

    static func requirement(field: [AppliedDirective], type: [AppliedDirective]) -> Requirement {
        requirement(field, isField: true) ?? requirement(type, isField: false) ?? .refused
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
