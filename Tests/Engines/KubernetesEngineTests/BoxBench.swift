import AtlasPorts
import AtlasTestKit
import Foundation
import Testing

@testable import KubernetesEngine

/// Whatever has a runtime in which a test starts boxes.
protocol BoxBench: Sendable {
    var runtime: KubernetesRuntime { get }
}

extension BoxBench {
    /// A box with what differs from the default, stopped afterwards.
    func box<Result: Sendable>(
        _ change: (inout LabBoxSpec) throws -> Void = { _ in },
        _ body: (KubernetesBox) async throws -> Result
    ) async throws -> Result {
        let box = try await start(change)
        return try await box.stopping { try await body(box) }
    }

    func start(_ change: (inout LabBoxSpec) throws -> Void = { _ in }) async throws -> KubernetesBox {
        var spec = LabBoxSpec(id: "test-\(UUID().uuidString.prefix(8))", owner: "ada", subject: "ring")
        try change(&spec)
        return try #require(try await runtime.start(spec) as? KubernetesBox)
    }

    /// Where the cluster has the box's pod.
    func path(_ box: KubernetesBox) -> String { "/api/v1/namespaces/\(box.place.namespace)/pods/\(box.place.pod)" }
}
