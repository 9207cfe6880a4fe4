import Foundation
import GraphQL

/// How long the engine's parts take, in microseconds of CPU time a round.
enum EngineTimes {
    /// Rounds of one measurement, and how many measurements the best is taken of.
    private static let (rounds, repetitions) = (2_000, 15)

    static func print(folder: String) throws {
        let engine = try Shop.engine()
        let kitchenSink = try String(contentsOfFile: folder + "/kitchen-sink.graphql", encoding: .utf8)
        let kitchenSchema = try String(contentsOfFile: folder + "/kitchen-sink.schema.graphql", encoding: .utf8)
        let introspection = try LanguageProbe(sdl: Shop.sdl, document: LanguageProbe.introspectionQuery)
        let kitchen = try LanguageProbe(sdl: kitchenSchema, document: kitchenSink)
        var times: [(String, Double)] = [
            ("parse_kitchen_sink", measure { kitchen.parse() }),
            ("parse_and_validate_kitchen_sink", measure { kitchen.parse() + kitchen.validate() }),
            ("validate_introspection", measure { introspection.validate() }),
            ("parse_and_validate_introspection", measure { introspection.parse() + introspection.validate() }),
        ]
        for (name, query) in ShopQueries.all {
            let request = Request(query: query)
            times.append(
                (
                    "execute_" + name,
                    measure { engine.executeIfSynchronous(request, context: Shop.Context())?.body.count ?? 0 }
                )
            )
        }
        let body = times.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        Swift.print("{\(body)}")
    }

    private static func measure(_ work: () -> Int) -> Double {
        var sum = 0
        var best = Double.infinity
        for _ in 0..<repetitions {
            let before = processorSeconds()
            for _ in 0..<rounds { sum &+= work() }
            best = min(best, processorSeconds() - before)
        }
        // The sum is used, so that no work can be left out.
        return sum == .min ? 0 : best / Double(rounds) * 1e6
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The queries that are timed without HTTP.
enum ShopQueries {
    static let all = [
        ("tiny", "{ one { id title stock } }"),
        ("list", "{ products { id title summary price stock isActive category { name } } }"),
        ("deep", "{ departments { id name shelves { id name products { id title price category { name } } } } }"),
    ]
}
