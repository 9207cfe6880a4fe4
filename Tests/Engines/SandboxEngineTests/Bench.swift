import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Logging
import SandboxEngine
import Synchronization
import Testing

/// Where boxes run in these tests.
struct Bench: Sendable {
    let runtime: any LabRuntime
    let folder: String

    /// A runtime with its own state folder, removed afterwards.
    static func run(
        places: Int = 50,
        usesControlGroups: Bool = true,
        _ body: @Sendable (Bench) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-boxes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = SandboxSettings(
            stateFolder: folder,
            places: places,
            userLockFolder: folder + "/users",
            usesControlGroups: usesControlGroups
        )
        let runtime = try SandboxRuntime(settings, logger: Logger(label: "test"))
        try await body(Bench(runtime: runtime, folder: folder))
    }

    /// A box with what differs from the default, stopped afterwards.
    func box<Result: Sendable>(
        _ change: (inout LabBoxSpec) throws -> Void = { _ in },
        _ body: (any LabBox) async throws -> Result
    ) async throws -> Result {
        var spec = LabBoxSpec(id: "test-\(UUID().uuidString.prefix(8))")
        try change(&spec)
        let box = try await runtime.start(spec)
        return try await box.stopping { try await body(box) }
    }

    /// What this machine offers; `nil` if not even that can be found out.
    static func found() async -> LabCapabilities? { await finding.value }

    private static let finding = Task<LabCapabilities?, Never> {
        let found = Mutex<LabCapabilities?>(nil)
        do {
            try await run { bench in
                let capabilities = await bench.runtime.capabilities()
                found.withLock { $0 = capabilities }
            }
        } catch { print("Tests of lab boxes are skipped: \(error)") }
        let capabilities = found.withLock { $0 }
        if let obstacle = capabilities?.unavailable { print("Tests of lab boxes are skipped: \(obstacle)") }
        return capabilities
    }
}

extension Trait where Self == ConditionTrait {
    /// Only where boxes can run; elsewhere the reason is printed.
    static var whereBoxesRun: Self {
        .enabled("boxes of bubblewrap cannot run here") {
            let found = await Bench.found()
            return found != nil && found?.unavailable == nil
        }
    }

    /// Only where a control group shares out processors.
    static var whereProcessorsAreLimited: Self {
        .enabled("there is no control group for processors") { await Bench.found()?.processors != LabEnforcement.none }
    }
}

extension LabBox {
    /// What a Python program prints, with its status.
    func python(_ program: String, timeLimit: Duration = .seconds(20)) async throws -> (status: LabExit, text: String) {
        let result = try await run(
            LabCommand(["python3", "-I", "-"], input: Array(program.utf8), timeLimit: timeLimit)
        )
        return (result.exit, String(decoding: result.output + result.errors, as: UTF8.self))
    }
}
