import Foundation
import GraphQL
import Testing

/// `graphql-tool fuzz` runs the same for longer.
@Suite struct FuzzTests {
    private static let seed = UInt64(ProcessInfo.processInfo.environment["ATLAS_FUZZ_SEED"] ?? "") ?? 1
    private static let count = Int(ProcessInfo.processInfo.environment["ATLAS_FUZZ_REQUESTS"] ?? "") ?? 1_500

    @Test func `a response in parts is the whole response`() async throws {
        var fuzzer = try PartsFuzzer(seed: Self.seed)
        for _ in 0..<Self.count {
            let problem = await fuzzer.next()
            #expect(problem == nil)
        }
        #expect(fuzzer.validCount > Self.count / 4)
    }

    @Test func `broken requests are answered, each with one line of JSON`() throws {
        var fuzzer = Fuzzer(seed: Self.seed)
        var command = ConformanceCommand()
        for _ in 0..<Self.count {
            let request = fuzzer.request()
            let line = command.answer(request)
            let answer = try #require(line)
            #expect(!answer.contains(0x0A))
            #expect(throws: Never.self, "\(String(decoding: request, as: UTF8.self))") {
                try JSON.parse(answer, maxDepth: 2_000)
            }
        }
    }
}
