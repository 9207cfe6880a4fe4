/// The query that asks for everything introspection can tell.
enum IntrospectionQuery {
    static let source = """
        query Everything {
          __schema {
            description
            queryType { name kind }
            mutationType { name kind }
            subscriptionType { name kind }
            types { ...TypeParts }
            directives {
              name
              description
              isRepeatable
              locations
              args(includeDeprecated: true) { ...InputParts }
            }
          }
        }

        fragment TypeParts on __Type {
          kind
          name
          description
          specifiedByURL
          isOneOf
          fields(includeDeprecated: true) {
            name
            description
            args(includeDeprecated: true) { ...InputParts }
            type { ...Reference }
            isDeprecated
            deprecationReason
          }
          inputFields(includeDeprecated: true) { ...InputParts }
          interfaces { ...Reference }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...Reference }
        }

        fragment InputParts on __InputValue {
          name
          description
          type { ...Reference }
          defaultValue
          isDeprecated
          deprecationReason
        }

        fragment Reference on __Type {
          kind
          name
          ofType\(wrappers)
        }
        """

    /// How many wrappers of a type are asked for, as many as the reference implementation asks for.
    private static let wrapperCount = 9

    private static let wrappers = (1..<wrapperCount).reduce(" { kind name }") { inner, _ in
        " { kind name ofType\(inner) }"
    }
}
