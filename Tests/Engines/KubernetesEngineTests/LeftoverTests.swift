import AtlasCore
import AtlasPorts
import Foundation
import Testing
import Synchronization

@testable import KubernetesEngine

@Suite struct LeftoverTests {
    @Test func `what a process that is gone has left is removed, what lives is left alone`() async throws {
        try await Bench.run { bench async throws in
            let dead = try await bench.start()
            let other = Bench.another(bench.client, bench.runtime.settings, bench.clock)
            let living = try await other.start(LabBoxSpec(id: "living", owner: "bob"))
            #expect(try await other.removeLeftovers() == 0)
            #expect(bench.cluster.podPaths.count == 2)
            // As after a crash: its lease is not renewed any more.
            let lease =
                "/apis/coordination.k8s.io/v1/namespaces/atlas/leases/\(Names.lease(of: bench.runtime.names.process))"
            bench.cluster.change { state in
                #expect(state.objects[lease] != nil)
                state.objects[lease]?.set("spec", "renewTime", "2020-01-01T00:00:00.000000Z")
            }
            #expect(try await other.removeLeftovers() == 1)
            #expect(bench.cluster.podPaths.count == 1)
            #expect(await dead.ended() == .failed("the pod was removed from the cluster"))
            #expect(bench.cluster.state.withLock { $0.objects[lease] } == nil, "an old lease is kept for ever")
            await dead.stop()
            await living.stop()
        }
    }

    @Test func `a pod that outlived its time is removed whoever has it`() async throws {
        try await Bench.run { bench async throws in
            let box = try await bench.start()
            let other = Bench.another(bench.client, bench.runtime.settings, bench.clock)
            bench.clock.advance(by: bench.runtime.settings.podTime + .seconds(60))
            #expect(try await other.removeLeftovers() == 1)
            #expect(await box.ended() != .stopped)
            await box.stop()
        }
    }

    @Test func `nothing without our labels is ever touched`() async throws {
        try await Bench.run { bench async throws in
            let old: JSON = ["atlas.dev/used-at": "2020-01-01T00:00:00.000Z"]
            let ours = bench.runtime.names.labels
            bench.cluster.change { state in
                for (name, labels) in [
                    ("kube-system", [:]), ("atlas-lab-0123", [:]), ("production", ours),
                    ("atlas-lab-4567", [Names.managedBy: "atlas", Names.instanceLabel: "another"]),
                ] as [(String, [String: String])] {
                    let meta: JSON = ["name": .text(name), "labels": .texts(labels), "annotations": old]
                    _ = state.create(["metadata": meta], at: "/api/v1/namespaces/\(name)")
                    let pod: JSON = ["name": "p", "namespace": .text(name), "labels": .texts(labels)]
                    _ = state.create(["metadata": pod], at: "/api/v1/namespaces/\(name)/pods/p")
                }
            }
            bench.clock.advance(by: .seconds(86_400))
            #expect(try await bench.runtime.removeLeftovers() == 0)
            #expect(bench.cluster.namespaces.count == 4)
            #expect(bench.cluster.podPaths.count == 4)
            #expect(bench.cluster.requests.withLock { !$0.contains { $0.hasPrefix("DELETE") } })
        }
    }

    @Test func `a namespace in which nothing runs goes after a while, one that is used stays`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { _ in }
            let box = try await bench.start { $0.owner = "bob" }
            try await bench.runtime.removeLeftovers()
            // Two learners and the probe.
            #expect(bench.cluster.namespaces.count == 3)
            bench.clock.advance(by: bench.runtime.settings.idleNamespaceTime + .seconds(1))
            try await bench.runtime.removeLeftovers()
            #expect(bench.cluster.namespaces == ["/api/v1/namespaces/\(box.place.namespace)"])
            await box.stop()
        }
    }

    @Test func `a namespace that is taken into use at the same moment is not removed`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { _ in }
            let name = bench.runtime.names.namespace(of: "ada")
            bench.clock.advance(by: bench.runtime.settings.idleNamespaceTime + .seconds(1))
            // The list is from before another process has changed it.
            bench.cluster.fail(9, with: .failure(409, "Conflict", "the resourceVersion does not match")) {
                $0.method == "DELETE" && $0.body?["preconditions"]?["resourceVersion"] != nil
            }
            try await bench.runtime.removeLeftovers()
            #expect(bench.cluster.namespaces.contains("/api/v1/namespaces/\(name)"))
        }
    }
}
