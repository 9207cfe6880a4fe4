import GraphQL

/// A small world in the manner of the specification's examples.
enum StarWars {
    static let sdl = """
        enum Episode { NEWHOPE EMPIRE JEDI }
        interface Character { id: ID! name: String! friends: [Character!]! appearsIn: [Episode!]! }
        type Human implements Character {
          id: ID! name: String! friends: [Character!]! appearsIn: [Episode!]! height: Float mass: Int
        }
        type Droid implements Character {
          id: ID! name: String! friends: [Character!]! appearsIn: [Episode!]! primaryFunction: String
        }
        union SearchResult = Human | Droid
        input ReviewInput { stars: Int! commentary: String = "none" tags: [String!] }
        type Review { stars: Int! commentary: String tags: [String!]! }
        type Query {
          hero(episode: Episode = EMPIRE): Character
          human(id: ID!): Human
          search(text: String!): [SearchResult!]!
          slow(id: ID!): Human
        }
        type Mutation { review(episode: Episode!, review: ReviewInput!): Review! }
        """

    enum Episode: String, GraphQLEnum { case newHope = "NEWHOPE", empire = "EMPIRE", jedi = "JEDI" }

    struct Human: GraphQLObject {
        let id: String
        let name: String
        var friends: [String] = []
        var height: Double?
        var mass: Int?
    }

    struct Droid: GraphQLObject {
        let id: String
        let name: String
        var friends: [String] = []
        let primaryFunction: String
    }

    enum Character: GraphQLAbstract {
        case human(Human)
        case droid(Droid)

        var object: any GraphQLObject {
            switch self {
            case .human(let human): human
            case .droid(let droid): droid
            }
        }

        var name: String {
            switch self {
            case .human(let human): human.name
            case .droid(let droid): droid.name
            }
        }
    }

    struct Review: GraphQLObject {
        let stars: Int
        let commentary: String?
        let tags: [String]
    }

    struct World: Sendable {
        let characters: [String: Character] = [
            "1000": .human(Human(id: "1000", name: "Luke", friends: ["1002", "2001"], height: 1.72, mass: 77)),
            "1002": .human(Human(id: "1002", name: "Han", friends: ["1000"], height: 1.8)),
            "2001": .droid(Droid(id: "2001", name: "R2-D2", friends: ["1000", "1002"], primaryFunction: "Astromech")),
        ]

        func characters(_ ids: [String]) -> [Character] { ids.compactMap { characters[$0] } }
    }

    static var resolvers: Resolvers<World> {
        var resolvers = Resolvers<World>()
        resolvers.type("Human", Human.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
            fields.field("height", \.height)
            fields.field("mass", \.mass)
            fields.field("friends") { human, _, world in world.characters(human.friends) }
            fields.field("appearsIn") { _ in [Episode.newHope, .empire] }
        }
        resolvers.type("Droid", Droid.self) { fields in
            fields.field("id", \.id)
            fields.field("name", \.name)
            fields.field("primaryFunction", \.primaryFunction)
            fields.field("friends") { droid, _, world in world.characters(droid.friends) }
            fields.field("appearsIn") { _ in Episode.allCases }
        }
        resolvers.type("Review", Review.self) { fields in
            fields.field("stars", \.stars)
            fields.field("commentary", \.commentary)
            fields.field("tags", \.tags)
        }
        resolvers.query { fields in
            fields.field("hero") { _, arguments, world in
                let episode = try arguments.optionalEnumeration("episode", as: Episode.self)
                return world.characters[episode == .empire ? "1000" : "2001"]
            }
            fields.field("human") { _, arguments, world -> Human? in
                guard case .human(let human)? = world.characters[try arguments.string("id")] else { return nil }
                return human
            }
            fields.field("search") { _, arguments, world in
                let text = try arguments.string("text")
                return world.characters.values.filter { $0.name.contains(text) }.sorted { $0.name < $1.name }
            }
            fields.asyncField("slow") { _, arguments, world -> Human? in
                await Task.yield()
                guard case .human(let human)? = world.characters[try arguments.string("id")] else { return nil }
                return human
            }
        }
        resolvers.mutation { fields in
            fields.field("review") { _, arguments, _ in
                let review = try arguments.object("review")
                return Review(
                    stars: try review.int("stars"),
                    commentary: review.optionalString("commentary"),
                    tags: review.strings("tags")
                )
            }
        }
        return resolvers
    }

    static func engine(_ configure: (inout EngineOptions<World>) -> Void = { _ in }) throws -> Engine<World> {
        var options = EngineOptions<World>()
        configure(&options)
        return try Engine(sdl: sdl, resolvers: resolvers, options: options)
    }

    static func answer(_ query: String, _ variables: Value = [:]) async throws -> String {
        try await engine().execute(Request(query: query, variables: variables), context: World()).text
    }
}
