import GraphQL
import Synchronization

/// An engine that delivers in parts, with fields that wait, fail or are loaded.
enum Heroes {
    struct Hero: GraphQLObject {
        let id: Int
    }

    struct Home: GraphQLObject {
        let name: String
    }

    struct Context: Sendable {
        let gate = Gate()
        let batches: Batches
        let homes: DataLoader<Int, Home>

        init() {
            let batches = Batches()
            self.batches = batches
            homes = DataLoader { keys in
                batches.add(keys)
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, Home(name: "Home \($0)")) })
            }
        }
    }

    final class Batches: Sendable {
        private let keys = Mutex<[[Int]]>([])

        func add(_ batch: [Int]) { keys.withLock { $0.append(batch) } }

        var all: [[Int]] { keys.withLock { $0 } }
    }

    static let sdl = """
        type Query { hero: Hero maybe: [Hero] heroes(first: Int! = 3): [Hero!]! matrix: [[Int!]!]! numbers: [Int!]! }
        type Mutation { rename: Hero }
        type Subscription { heroes: Hero }
        type Hero {
          id: Int! name: String! slow: String slowItem: String fails: String failsNonNull: String!
          failsLate: String! friend: Hero friends: [Hero!]! home: Home nested: Hero!
          sometimes: Int!
        }
        type Home { name: String! }
        """

    static func engine(_ change: (inout EngineOptions<Context>) -> Void = { _ in }) throws -> Engine<Context> {
        var options = EngineOptions<Context>()
        options.incrementalDelivery = true
        change(&options)
        return try Engine(sdl: sdl, resolvers: resolvers, options: options)
    }

    private static var resolvers: Resolvers<Context> {
        var resolvers = Resolvers<Context>()
        resolvers.query { fields in
            fields.field("hero") { _ in Hero(id: 1) }
            fields.field("maybe") { _ in [Hero(id: 1), nil, Hero(id: 3)] as [Hero?] }
            fields.asyncField("heroes") { _, arguments, _ in (1...max(1, try arguments.int("first"))).map(Hero.init) }
            fields.field("matrix") { _ in [[1, 2], [3], []] }
            fields.field("numbers") { _ in [1, 2, 3, 4] }
        }
        resolvers.mutation { $0.field("rename") { _ in Hero(id: 1) } }
        resolvers.subscription { fields in
            fields.field("heroes") { _, _ in
                AsyncStream<Hero> { continuation in
                    continuation.yield(Hero(id: 1))
                    continuation.finish()
                }
            }
        }
        resolvers.type("Hero", Hero.self, bind)
        resolvers.type("Home", Home.self) { $0.field("name", \.name) }
        return resolvers
    }

    private static func bind(_ fields: inout TypeResolvers<Hero, Context>) {
        fields.field("id", \.id)
        fields.field("name") { "Hero \($0.id)" }
        fields.asyncField("slow") { hero, _, context in
            try await context.gate.pass()
            return "slow \(hero.id)"
        }
        fields.asyncField("slowItem") { hero, _, context in
            if hero.id > 1 { try await context.gate.pass() }
            return "item \(hero.id)"
        }
        fields.field("fails") { _ -> String in throw GraphQLError("failed") }
        fields.field("failsNonNull") { _ -> String in throw GraphQLError("failed") }
        fields.asyncField("failsLate") { _, _, _ -> String in throw GraphQLError("failed late") }
        fields.field("friend") { $0.id > 3 ? nil : Hero(id: $0.id + 1) }
        fields.field("friends") { hero in [2, 3, 4].map { Hero(id: hero.id * 10 + $0) } }
        fields.loadedField("home", from: \.homes) { $0.id }
        fields.field("nested") { $0 }
        fields.field("sometimes") { hero -> Int in
            if hero.id == 2 { throw GraphQLError("not two") }
            return hero.id
        }
    }

    /// The parts of a response.
    static func parts(_ query: String, _ variables: Value = [:], context: Context = Context()) async throws -> [String]
    {
        var parts: [String] = []
        let engine = try engine()
        await engine.executeInParts(Request(query: query, variables: variables), context: context) { part in
            parts.append(part.text)
            return true
        }
        return parts
    }
}
