import AtlasAPI
import AtlasCore
import AtlasGraphQL
import AtlasTestKit
import GraphQL
import Testing

@testable import AtlasApp

@Suite(.timeLimit(.minutes(5))) struct ProgressSubscriptionTests {
    private func context(_ token: String?, _ atlas: TestAtlas) async throws -> RequestContext {
        let account: Caller.Account? = if let token { try await atlas.atlas.auth.verify(token) } else { nil }
        return RequestContext(caller: Caller(account: account), device: "test", requestID: "test", refreshCookie: nil)
    }

    @Test func `progress is told to its owner when it changes, and to nobody else`() async throws {
        try await TestAtlas.run { atlas in
            let (ada, adas) = try await atlas.register("ada@example.org")
            let (_, eves) = try await atlas.register("eve@example.org")
            let request = Request(query: "subscription { progressUpdated(userId: \"\(ada)\") { completedCount } }")
            for token in [nil, eves] {
                let stranger = try await context(token, atlas)
                let refusal = await atlas.atlas.graphQL.subscribe(request, context: stranger) { _ in true }
                #expect(refusal?.isRequestError == true)
            }
            let engines = atlas.atlas.engines
            let relay = OutboxRelay(
                database: engines.database,
                queue: engines.queue,
                pubSub: engines.pubSub,
                bell: atlas.atlas.commitBell,
                queueBells: [],
                logger: atlas.atlas.logger
            )
            let owner = try await context(adas, atlas)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    let refusal = await atlas.atlas.graphQL.subscribe(request, context: owner) { response in
                        #expect(response.text.hasPrefix(#"{"data":{"progressUpdated":{"completedCount":"#))
                        return false
                    }
                    #expect(refusal == nil)
                    return true
                }
                group.addTask {
                    try await relay.run()
                    return false
                }
                group.addTask {
                    // The subscription begins at some moment; completions go on until one of them is told.
                    for diagram in try await atlas.atlas.content.catalogue(as: owner.caller).diagrams {
                        if Task.isCancelled { break }
                        _ = try await atlas.atlas.progress.complete(diagram.id, as: owner.caller)
                    }
                    return false
                }
                while try await group.next() == false {}
                group.cancelAll()
            }
        }
    }
}
