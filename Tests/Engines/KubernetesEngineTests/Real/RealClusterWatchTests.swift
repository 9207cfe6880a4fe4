import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import KubernetesEngine

/// What happens while connections break, and what is left behind, against a real kube-apiserver.
extension RealClusterTests {
    // MARK: Watches

    /// The account's access over a relay.
    private func relayed(_ body: @escaping @Sendable (Relay, ClusterAccess) async throws -> Void) async throws {
        let direct = try RealBench.access()
        try await Relay.run(to: direct.port) { relay in
            var access = direct
            access.port = relay.port
            try await body(relay, access)
        }
    }

    private static let evicted: JSON = [
        "phase": "Failed", "reason": "Evicted", "message": "x", "containerStatuses": .null,
    ]

    @Test func `a watch that is cut goes on where it was`() async throws {
        try await relayed { relay, access in
            try await RealBench.run(access: access) { bench async throws in
                let box = try await bench.start()
                // What is told on a connection that says nothing any more is heard on the next one.
                relay.freeze()
                try await bench.kubelet.tell(Self.evicted, of: bench.path(box))
                relay.move(to: try RealBench.access().port)
                #expect(await box.ended() == .failed("the cluster evicted the pod: x"))
                await box.stop()
            }
        }
    }

    @Test func `a watch that goes on at a server that does not know so far back misses nothing`() async throws {
        try await relayed { relay, access in
            try await RealBench.run(access: access) { bench async throws in
                let box = try await bench.start()
                relay.freeze()
                let list = try await bench.administrator.list(
                    "/api/v1/pods",
                    labels: bench.runtime.names.selector,
                    of: Pod.self
                )
                try await bench.kubelet.tell(Self.evicted, of: bench.path(box))
                try await Server.run { other in
                    // The watch is not older than this version, and the new server does not know what came after it.
                    var newer = access
                    newer.port = other
                    let error = await #expect(throws: APIError.self) {
                        try await APIClient(newer).watch("/api/v1/pods", from: list.version, of: Pod.self) { _ in true }
                    }
                    #expect(error?.isGone == true)
                    relay.move(to: other)
                    #expect(await box.ended() == .failed("the cluster evicted the pod: x"))
                    await box.stop()
                }
            }
        }
    }

    /// A second API server on the same data, as in a cluster with several.
    private enum Server {
        static func run(_ body: (_ port: Int) async throws -> Void) async throws {
            let port = try await freePort()
            let process = Process()
            process.executableURL = URL(filePath: try RealBench.serverProgram())
            process.arguments = [String(port)]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            let ended = Promise<Void>()
            process.terminationHandler = { _ in ended.resolve(()) }
            try process.run()
            do {
                var access = try RealBench.access()
                access.port = port
                let client = try APIClient(access) { _ in }
                let isReady = await eventually(.seconds(120)) {
                    do {
                        try await client.send(.get("/api/v1/namespaces/atlas"))
                        return true
                    } catch { return false }
                }
                try #require(isReady)
                try await body(port)
            } catch {
                process.terminate()
                await ended.value()
                throw error
            }
            process.terminate()
            await ended.value()
        }

        /// Below the ports that connections take.
        private static func freePort() async throws -> Int {
            for port in (20_000..<32_000).shuffled() {
                let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
                try await channel.close()
                return port
            }
            throw AtlasError(.unavailable, "There is no free port.")
        }
    }

    // MARK: Leftovers

    @Test func `after a crash another process removes the pod, and then the namespace`() async throws {
        try await RealBench.run { bench async throws in
            let names = bench.runtime.names
            let box = try await bench.start {
                $0.folders = ["/lab": try LabFiles(["a": .text("a")])]
            }
            let space = "/api/v1/namespaces/\(box.place.namespace)"
            let stranger = try await bench.stranger()
            // Its lease is not renewed any more, and time goes on for another process.
            let clock = ManualClock(bench.clock.now())
            let other = Bench.another(bench.client, bench.runtime.settings, clock)
            #expect(try await other.removeLeftovers() == 0)
            clock.advance(by: bench.runtime.settings.leaseLife + .seconds(1))
            #expect(try await other.removeLeftovers() == 1)
            #expect(await box.ended() == .failed("the pod was removed from the cluster"))
            #expect(try await eventually { try await bench.pods() == [] })
            let maps = try await bench.kept("\(space)/configmaps")["items"]?.array ?? []
            #expect(maps.allSatisfy { $0["metadata"]?["labels"]?[Names.boxLabel] == nil })
            #expect(try await bench.exists(space), "a namespace is kept for a while")
            // Before: looking at the cluster takes longer than removing a namespace.
            #expect(await other.capabilities().unavailable == nil)
            clock.advance(by: bench.runtime.settings.idleNamespaceTime + .seconds(1))
            try await other.removeLeftovers()
            // A learner who comes back at this moment waits until the cluster has removed the old one.
            let next = try #require(try await other.start(LabBoxSpec(id: "next", owner: "ada")) as? KubernetesBox)
            #expect(try await next.shell("echo here").text == "here\n")
            await next.stop()
            clock.advance(by: bench.runtime.settings.idleNamespaceTime + .seconds(1))
            try await other.removeLeftovers()
            #expect(try await eventually(.seconds(60)) { try await !bench.exists(space) })
            #expect(try await bench.exists(stranger), "what is not labs' is removed")
            // The lease of the dead one is forgotten after a day.
            clock.advance(by: .seconds(100_000))
            try await other.removeLeftovers()
            let lease = "/apis/coordination.k8s.io/v1/namespaces/atlas/leases/\(Names.lease(of: names.process))"
            #expect(try await !bench.exists(lease))
            await box.stop()
        }
    }

    @Test func `a namespace that has changed since it was looked at is not removed`() async throws {
        try await RealBench.run { bench async throws in
            try await bench.box { _ in }
            let path = "/api/v1/namespaces/\(bench.runtime.names.namespace(of: "ada"))"
            let seen = try await bench.client.send(.get(path), as: AnyObjectMeta.self)
            let used: JSON = ["metadata": ["annotations": .texts([Names.usedAt: "2030-01-01T00:00:00.000Z"])]]
            try await bench.client.send(.merge(path, used))
            let options = deletion(of: seen.metadata, withVersion: true)
            let error = await #expect(throws: APIError.self) {
                try await bench.client.send(.delete(path, options: options))
            }
            #expect(error?.status == 409)
            #expect(try await bench.kept(path)["metadata"]?["deletionTimestamp"] == nil)
        }
    }
}

extension RealBench {
    /// A namespace that looks like a learner's and is another installation's.
    fileprivate func stranger() async throws -> String {
        let names = Names(instance: "other-\(runtime.names.instance)", process: "p")
        let objects = NamespaceObjects(names: names, owner: "ada", settings: runtime.settings)
        let old = Timestamp(iso8601: "2020-01-01T00:00:00.000Z") ?? clock.now()
        try await administrator.send(.create("/api/v1/namespaces", objects.namespace(now: old)))
        return "/api/v1/namespaces/\(objects.name)"
    }
}
