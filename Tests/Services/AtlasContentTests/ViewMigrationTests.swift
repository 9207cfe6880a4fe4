import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@testable import AtlasContent

@Suite struct ViewMigrationTests {
    @Test(arguments: TestEngine.all)
    func `rows of an older database survive, and any view may join them`(engine: TestEngine) async throws {
        try await withDatabase(engine) { database in
            let older = ContentMigrations.all.filter { $0.number == 1 }
            _ = try await Migrator.migrate(database, Outbox.migrations + older)
            let clock = ManualClock()
            let content = {
                ContentService(
                    database: database,
                    pubSub: MemoryPubSub(),
                    clock: clock,
                    ids: RandomIDSource(clock: clock)
                )
            }
            _ = try await content().save(.diagram, source: Sample.diagram("old"), version: 0, as: .instructor)

            let applied = try await Migrator.migrate(database, Outbox.migrations + ContentMigrations.all)
            #expect(applied.map { $0.prefix(9) } == ["content 2"])
            let states = Sample.states("new").replacing("view: structure", with: "view: states")
            _ = try await content().save(.diagram, source: states, version: 0, as: .instructor)

            let catalogue = try await content().catalogue(as: Caller())
            #expect(catalogue.diagrams.map(\.header.id) == ["old", "new"])
            #expect(catalogue.diagrams.map(\.view) == [.structure, .states])
            #expect(try await Migrator.migrate(database, Outbox.migrations + ContentMigrations.all) == [])
        }
    }
}
