/// The types and directives that every schema has.
enum BuiltIn {
    /// The scalars, in the order of the specification.
    static let scalars = ["Int", "Float", "String", "Boolean", "ID"]

    /// The directives, in the order in which introspection lists them.
    static let directives = ["include", "skip", "deprecated", "specifiedBy", "oneOf"]

    /// Why something is deprecated for which `@deprecated` gives no reason.
    static let deprecationReason = "No longer supported"

    /// The names of the built-in types.
    static let typeNames = Set(
        document.typeSystem.filter { $0.kind != .directive }.map { document.text($0.name) }
    )

    /// The built-in definitions as a document.
    static let document: Document = {
        do throws(GraphQLError) {
            return try Parser.document(source, limits: .trusted)
        } catch {
            preconditionFailure("The built-in definitions are malformed: \(error.message)")
        }
    }()

    private static let source = """
        "Whole numbers from -(2^31) to 2^31 - 1."
        scalar Int

        "Numbers with a fraction, in double precision (IEEE 754)."
        scalar Float

        "Text, as Unicode."
        scalar String

        "`true` or `false`."
        scalar Boolean

        "A unique identifier. It is written as text and accepted as text or a whole number."
        scalar ID

        "Takes the field or fragment into the result only if the argument is true."
        directive @include("Whether to take it in." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT

        "Leaves the field or fragment out of the result if the argument is true."
        directive @skip("Whether to leave it out." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT

        "Marks what should no longer be used."
        directive @deprecated(
          "Why, and what to use instead, in Markdown."
          reason: String! = "\(deprecationReason)"
        ) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE

        "Says where the behaviour of a scalar is specified."
        directive @specifiedBy("The address of the specification." url: String!) on SCALAR

        "Marks an input object of which exactly one field must be given, and not null."
        directive @oneOf on INPUT_OBJECT

        "A schema: its types, its directives and where each kind of operation starts."
        type __Schema {
          description: String
          "Every type of the schema."
          types: [__Type!]!
          "Where queries start."
          queryType: __Type!
          "Where mutations start, if the schema has any."
          mutationType: __Type
          "Where subscriptions start, if the schema has any."
          subscriptionType: __Type
          "Every directive of the schema."
          directives: [__Directive!]!
        }

        "A type. Its kind decides which of the fields have a value."
        type __Type {
          kind: __TypeKind!
          name: String
          description: String
          specifiedByURL: String
          fields(includeDeprecated: Boolean = false): [__Field!]
          interfaces: [__Type!]
          possibleTypes: [__Type!]
          enumValues(includeDeprecated: Boolean = false): [__EnumValue!]
          inputFields(includeDeprecated: Boolean = false): [__InputValue!]
          ofType: __Type
          isOneOf: Boolean
        }

        "The kinds of types."
        enum __TypeKind {
          "A leaf with a value of its own form."
          SCALAR
          "`fields` and `interfaces` have a value."
          OBJECT
          "`fields`, `interfaces` and `possibleTypes` have a value."
          INTERFACE
          "`possibleTypes` has a value."
          UNION
          "`enumValues` has a value."
          ENUM
          "`inputFields` has a value."
          INPUT_OBJECT
          "`ofType` has a value."
          LIST
          "`ofType` has a value."
          NON_NULL
        }

        "A field of an object or interface."
        type __Field {
          name: String!
          description: String
          args(includeDeprecated: Boolean = false): [__InputValue!]!
          type: __Type!
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "An argument, or a field of an input object."
        type __InputValue {
          name: String!
          description: String
          type: __Type!
          "The default as a literal, if there is one."
          defaultValue: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "One value of an enum."
        type __EnumValue {
          name: String!
          description: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "A directive and where it may be written."
        type __Directive {
          name: String!
          description: String
          isRepeatable: Boolean!
          locations: [__DirectiveLocation!]!
          args(includeDeprecated: Boolean = false): [__InputValue!]!
        }

        "The places where a directive may be written."
        enum __DirectiveLocation {
          "On a query."
          QUERY
          "On a mutation."
          MUTATION
          "On a subscription."
          SUBSCRIPTION
          "On a field."
          FIELD
          "On the definition of a fragment."
          FRAGMENT_DEFINITION
          "On the use of a fragment."
          FRAGMENT_SPREAD
          "On an inline fragment."
          INLINE_FRAGMENT
          "On the definition of a variable."
          VARIABLE_DEFINITION
          "On a schema."
          SCHEMA
          "On a scalar."
          SCALAR
          "On an object type."
          OBJECT
          "On the definition of a field."
          FIELD_DEFINITION
          "On the definition of an argument."
          ARGUMENT_DEFINITION
          "On an interface."
          INTERFACE
          "On a union."
          UNION
          "On an enum."
          ENUM
          "On a value of an enum."
          ENUM_VALUE
          "On an input object."
          INPUT_OBJECT
          "On a field of an input object."
          INPUT_FIELD_DEFINITION
        }
        """
}
