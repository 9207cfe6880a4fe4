import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing
import Synchronization

@testable import KubernetesEngine

@Suite struct RuntimeTests {
    @Test func `a learner gets a namespace with walls, and a pod that may do nothing`() async throws {
        try await Bench.run { bench async throws in
            let folder = try LabFiles(["setup": .file(Array("#!/bin/sh\necho $1 from $0\n".utf8), isExecutable: true)])
            let limits = LabLimits(
                memoryBytes: 128 << 20,
                homeBytes: 32 << 20,
                temporaryBytes: 16 << 20,
                processors: 0.5
            )
            let change: @Sendable (inout LabBoxSpec) throws -> Void = { spec in
                spec.folders = ["/lab": folder]
                spec.limits = limits
                spec.environment = ["LAB_SEED": "$(HOME)"]
            }
            try await bench.box(change) { box async throws in
                let pod = try #require(bench.cluster.state.withLock { $0.objects[bench.path(box)] })
                #expect(pod["metadata"]?["labels"]?["atlas.dev/lab"] == "ring")
                let container = pod["spec"]?["containers"]?[0]
                #expect(container?["resources"]?["limits"]?["memory"] == "176Mi")
                #expect(container?["resources"]?["limits"]?["cpu"] == "500m")
                #expect(pod["spec"]?["volumes"]?[0]?["emptyDir"]?["sizeLimit"] == "32Mi")
                #expect(container?["env"]?.array.contains(["name": "LAB_SEED", "value": "$$(HOME)"]) == true)
                // The double has checked security, walls, labels and quota of everything.
                let result = try await box.run(LabCommand(["/lab/setup", "x"], timeLimit: .seconds(20)))
                #expect(String(decoding: result.output, as: UTF8.self).hasPrefix("x from"))
                #expect(bench.cluster.namespaces.contains("/api/v1/namespaces/\(box.place.namespace)"))
            }
            #expect(bench.cluster.podPaths == [])
            #expect(bench.cluster.state.withLock { $0.objects.keys.filter { $0.contains("/configmaps/") } } == [])
        }
    }

    @Test func `what the cluster offers is found by trying`() async throws {
        try await Bench.run { bench async throws in
            let found = await bench.runtime.capabilities()
            #expect(found.unavailable == nil)
            #expect(found.runtime == "Kubernetes v1.32.0-double")
            #expect(found.memory == .cluster && found.places == 20)
            #expect(await bench.runtime.missing(["sh", "no-such-program"]).map(\.program) == ["no-such-program"])
            #expect(await code { _ = try await bench.start { $0.needs = ["no-such-program"] } } == .unavailable)
            #expect(bench.cluster.podPaths == [])
        }
    }

    @Test func `a lab that needs another program gets the image that has it`() async throws {
        try await Bench.run({ $0.imagesByProgram = ["special-server": "special:2"] }) { bench async throws in
            #expect(await bench.runtime.missing(["special-server"]) == [])
            try await bench.box({ $0.needs = ["special-server"] }) { box async throws in
                let pod = bench.cluster.state.withLock { $0.objects[bench.path(box)] }
                #expect(pod?["spec"]?["containers"]?[0]?["image"] == "special:2")
            }
        }
    }

    @Test func `a right that is missing is named`() async throws {
        try await Bench.run { bench async throws in
            bench.cluster.change { $0.denied = ["create namespaces"] }
            let reason = await bench.runtime.capabilities().unavailable
            #expect(reason?.contains("create namespaces") == true, "\(reason ?? "")")
            #expect(await code { _ = try await bench.start() } == .unavailable)
        }
    }

    @Test func `a quota that is not counted yet is waited for, one that is used up is told`() async throws {
        try await Bench.run({ $0.podsPerLearner = 1 }) { bench async throws in
            bench.cluster.change { $0.quotaIsLate = true }
            try await bench.box { _ async throws in
                let error = await #expect(throws: AtlasError.self) { try await bench.start() }
                #expect(error?.code == .tooMany)
                #expect(error?.message.contains("share of the cluster") == true)
                // Somebody else has a share of their own.
                try await bench.box({ $0.owner = "bob" }) { _ in }
            }
        }
    }

    @Test func `a lab that wants more than a learner may have is told so`() async throws {
        try await Bench.run({ $0.memoryPerLearner = 512 << 20 }) { bench async throws in
            let error = await #expect(throws: AtlasError.self) {
                try await bench.start { $0.limits = LabLimits(memoryBytes: 1 << 30) }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("more than one learner") == true)
            #expect(bench.cluster.podPaths == [])
        }
    }

    @Test func `an image that cannot be fetched is told at once`() async throws {
        try await Bench.run { bench async throws in
            _ = await bench.runtime.capabilities()
            let waiting: JSON = ["waiting": ["reason": "ImagePullBackOff", "message": "not found"]]
            bench.cluster.podSteps.withLock {
                $0 = [["phase": "Pending", "containerStatuses": [["name": "lab", "state": waiting]]]]
            }
            let first = await #expect(throws: AtlasError.self) { try await bench.start() }
            #expect(first?.message.contains("image cannot be fetched") == true)
            #expect(first?.detail?.contains("not found") == true)
            #expect(bench.cluster.podPaths == [], "a pod that never ran is left")
        }
    }

    @Test func `a node that is not there is waited for, and then told`() async throws {
        let follower = PodFollower(namespace: "n", pod: "p")
        let status = """
            {"metadata": {}, "status": {"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]}}
            """
        follower.take(try JSONDecoder().decode(Pod.self, from: Data(status.utf8)))
        let error = await #expect(throws: AtlasError.self) { try await follower.running(within: .milliseconds(5)) }
        #expect(error?.message.contains("no room") == true)
        #expect(error?.detail?.contains("0/3 nodes") == true)
    }

    @Test func `a pod that ends by itself ends its box, with the reason`() async throws {
        try await Bench.run { bench async throws in
            let dead: JSON = ["terminated": ["exitCode": 137, "reason": "OOMKilled"]]
            let cases: [(JSON?, LabBoxEnd)] = [
                (["phase": "Failed", "containerStatuses": [["name": "lab", "state": dead]]], .outOfMemory),
                (
                    ["phase": "Failed", "reason": "Evicted", "message": "disk"],
                    .failed("the cluster evicted the pod: disk")
                ), (nil, .failed("the pod was removed from the cluster")),
            ]
            for (status, end) in cases {
                let box = try await bench.start()
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                if let status {
                    bench.tell(status, of: box)
                } else {
                    let path = bench.path(box)
                    bench.cluster.change { bench.cluster.removePod(path, &$0) }
                }
                #expect(await box.ended() == end)
                _ = await terminal.ended()
                #expect(await eventually { bench.cluster.podPaths == [] })
                await box.stop()
            }
        }
    }

    @Test func `a watch that is cut, or too old, misses nothing`() async throws {
        try await Bench.run { bench async throws in
            for isTooOld in [false, true] {
                let box = try await bench.start()
                #expect(await eventually { bench.cluster.cutWatches() > 0 })
                if isTooOld { bench.cluster.change { $0.oldest = $0.version + 1 } }
                bench.tell(["phase": "Failed", "reason": "Evicted", "message": "x"], of: box)
                #expect(await box.ended() == .failed("the cluster evicted the pod: x"))
                await box.stop()
            }
        }
    }

    @Test func `a pod that vanishes while nobody watches is missed in the list`() async throws {
        try await Bench.run { bench async throws in
            let box = try await bench.start()
            let path = bench.path(box)
            bench.cluster.fail(1, with: .failure(410, "Expired", "too old")) { $0.value("watch") == "true" }
            bench.cluster.change { state in
                bench.cluster.removePod(path, &state)
                // Nobody is told.
                state.changes.removeAll { $0.type == "DELETED" }
            }
            bench.cluster.cutWatches()
            #expect(await box.ended() == .failed("the pod was removed from the cluster"))
            await box.stop()
        }
    }

    @Test func `a namespace that is being removed is waited for`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { _ in }
            let name = bench.runtime.names.namespace(of: "ada")
            bench.cluster.change { state in
                state.objects["/api/v1/namespaces/\(name)"]?.set(
                    "metadata",
                    "deletionTimestamp",
                    "2026-01-01T00:00:00Z"
                )
            }
            let starting = Task { try await bench.start() }
            let isWatched = await eventually {
                bench.cluster.requests.withLock { $0.contains("GET /api/v1/namespaces") }
            }
            #expect(isWatched)
            bench.cluster.change { $0.removeNamespace(name) }
            let box = try await starting.value
            #expect(try await box.shell("echo here").text == "here\n")
            await box.stop()
        }
    }

    @Test func `a namespace of that name that is somebody else's is left alone`() async throws {
        try await Bench.run { bench async throws in
            _ = await bench.runtime.capabilities()
            let name = bench.runtime.names.namespace(of: "ada")
            bench.cluster.change { state in
                _ = state.create(["metadata": ["name": .text(name)]], at: "/api/v1/namespaces/\(name)")
            }
            let error = await #expect(throws: AtlasError.self) { try await bench.start() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("not Atlas's") == true)
            #expect(bench.cluster.podPaths == [])
        }
    }

    @Test func `an answer that got lost does not make a second pod`() async throws {
        try await Bench.run { bench async throws in
            _ = await bench.runtime.capabilities()
            bench.cluster.fail(1, with: .failure(503, "ServiceUnavailable", "x")) {
                $0.method == "POST" && $0.path.hasSuffix("/pods")
            }
            try await bench.box { _ in #expect(bench.cluster.podPaths.count == 1) }
            #expect(await code { _ = try await bench.start { $0.id = "not a name" } } == .invalid)
        }
    }

    @Test func `a box that another process has is not taken from it`() async throws {
        try await Bench.run { bench async throws in
            let other = Bench.another(bench.client, bench.runtime.settings, bench.clock)
            let theirs = try await other.start(LabBoxSpec(id: "one", owner: "ada"))
            #expect(await code { _ = try await bench.start { $0.id = "one" } } == .conflict)
            #expect(try await theirs.shell("echo well").text == "well\n")
            // Nor is the place lost.
            await theirs.stop()
            try await bench.box({ $0.id = "one" }) { _ in }
        }
    }

    @Test func `there are so many places and no more`() async throws {
        try await Bench.run({ $0.places = 1 }) { bench async throws in
            try await bench.box({ $0.id = "one" }) { _ async throws in
                #expect(await code { _ = try await bench.start() } == .tooMany)
                #expect(await code { _ = try await bench.start { $0.id = "one" } } == .conflict)
            }
            try await bench.box { _ in }
        }
    }
}
