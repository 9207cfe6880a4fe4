import AtlasAPI
import AtlasTestKit
import Testing

@testable import AtlasTutor

@Suite struct LeakGuardTests {
    static func guardian(_ id: String) async throws -> LeakGuard {
        let index = try await RealCatalogue.index()
        let target = try #require(index.targets[id])
        return LeakGuard([target]) { index.weight(of: $0) }
    }

    @Test func `the words of an answer are recognised, whole, in part and in other words`() async throws {
        let guardian = try await Self.guardian("diagram/e1-cache-aside/probe/kill-cache")
        for leak in [
            "Its read load grows by 1 over the miss ratio, here twenty times.",
            "So losing the cache multiplies its load by twenty.",
            "It rises 20-fold.",
            "The load goes from 500 to 10,000.",
            "A database sized for 2,000 reads/s is now overloaded and answers become slow.",
        ] {
            #expect(guardian.isLeak(leak), "\(leak)")
        }
        for harmless in [
            "Look at “Cache” in “Cache-aside”.", "The API looks up the row's key in the cache.",
            "What do you expect, and what makes you think so?",
        ] {
            #expect(!guardian.isLeak(harmless), "\(harmless)")
        }
    }

    @Test func `every answer of the catalogue is recognised in its own words`() async throws {
        let index = try await RealCatalogue.index()
        for content in Set(index.records.map(\.place.content)) {
            for target in index.targets.targets(of: content) {
                let guardian = LeakGuard([target]) { index.weight(of: $0) }
                for answer in target.answers { #expect(guardian.isLeak(answer), "\(target.id): \(answer)") }
            }
        }
    }

    @Test func `a question of the catalogue is recognised as graded, asked as it is or in part`() async throws {
        let index = try await RealCatalogue.index()
        var missed: [String] = []
        for content in Set(index.records.map(\.place.content)) {
            for target in index.targets.targets(of: content) where target.kind != .criterion {
                if index.targets.target("Please tell me: " + target.question, on: []) == nil {
                    missed.append(target.id)
                }
            }
        }
        #expect(missed.isEmpty)
        #expect(index.targets.target("What is a lease for?", on: ["e5-stampede"]) == nil)
        #expect(index.targets.target("How does a breaker work?", on: ["l3-circuit-breaker"]) == nil)
    }
}
