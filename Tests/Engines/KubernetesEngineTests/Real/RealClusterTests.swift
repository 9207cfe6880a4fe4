import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing

@testable import KubernetesEngine

/// The engine against a real kube-apiserver with quota, limits and RBAC, as the service account of the manifest.
@Suite(.enabled(if: RealBench.kubeconfig != nil, "no API server was started (scripts/test-kubernetes.sh)"))
struct RealClusterTests {
    // MARK: What is written

    @Test func `everything that labs write is accepted, and kept as it was sent`() async throws {
        try await RealBench.run { bench async throws in
            var spec = LabBoxSpec(id: "whole", owner: "ada", subject: "ring")
            spec.folders = ["/lab": try LabFiles(["setup": .file(Array("#!/bin/sh\n".utf8), isExecutable: true)])]
            spec.environment = ["LAB_SEED": "$(HOME)"]
            spec.commands = ["check"]
            let box = try await bench.start { $0 = spec }
            let (names, settings) = (bench.runtime.names, bench.runtime.settings)
            let objects = NamespaceObjects(names: names, owner: "ada", settings: settings)
            let folders = try FolderMaps(spec, names: names, namespace: objects.name)
            let pod = PodObject(
                spec: spec,
                names: names,
                settings: settings,
                image: settings.image,
                namespace: objects.name,
                folders: folders
            )
            let now = bench.clock.now()
            var sent = objects.contents
            sent.append(("/api/v1/namespaces/\(objects.name)", objects.namespace(now: now)))
            sent.append((bench.path(box), pod.object(now: now)))
            for map in folders.maps {
                sent.append(("/api/v1/namespaces/\(objects.name)/configmaps/\(map.name)", map.object))
            }
            for (path, object) in sent {
                let missing = try await bench.kept(path).missing(object)
                #expect(missing == [], "\(path) is not kept as it was sent")
            }
            // Twice: what is there already is brought to the same.
            try await bench.box { _ in }
            for (path, object) in objects.contents {
                #expect(try await bench.kept(path).missing(object) == [])
            }
            await box.stop()
            #expect(try await !bench.exists(bench.path(box)))
            for map in folders.maps {
                #expect(try await !bench.exists("/api/v1/namespaces/\(objects.name)/configmaps/\(map.name)"))
            }
        }
    }

    @Test func `a field that the server does not know would be noticed`() async throws {
        try await RealBench.run { bench async throws in
            let box = try await bench.start()
            let objects = NamespaceObjects(
                names: bench.runtime.names,
                owner: "ada",
                settings: bench.runtime.settings
            )
            let (path, quota) = try #require(objects.contents.last)
            var odd = quota
            odd.set("spec", "hardly", ["pods": "1"])
            await #expect(throws: APIError.self) { try await bench.client.send(.apply(path, odd)) }
            #expect(try await bench.kept(path).missing(odd) == [".spec.hardly"])
            await box.stop()
        }
    }

    // MARK: Pods

    @Test func `with the manifest's rights a lab is started, worked in and ended`() async throws {
        try await RealBench.run { bench async throws in
            let found = await bench.runtime.capabilities()
            #expect(found.unavailable == nil)
            #expect(found.runtime.hasPrefix("Kubernetes v"))
            let home = try LabFiles(["start": .file(Array("#!/bin/sh\necho started\n".utf8), isExecutable: true)])
            try await bench.box({ $0.home = home }) { box async throws in
                // Through the server's connection to the kubelet.
                let (status, text) = try await box.shell("./start; echo x > new; exit 3")
                #expect(status == .exited(3))
                #expect(text == "started\n")
                #expect(try await box.snapshot(since: nil)?.files["new"] == .text("x\n"))
                // Nothing measures here; the box is asked then, whose machine may not know, either.
                let usage = await code { _ = try await box.usage() }
                #expect(usage == nil || usage == .unavailable)
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                #expect(await terminal.read(until: "lab:~").contains("lab:~"))
                try await terminal.type("stty size; exit 7\n")
                #expect(await terminal.read(until: "24 80").contains("24 80"))
                #expect(await terminal.ended() == .exited(7))
            }
        }
    }

    @Test func `a pod that no machine takes is told in time, and taken back`() async throws {
        try await RealBench.run({ $0.startTime = .seconds(15) }) { bench async throws in
            #expect(await bench.runtime.capabilities().unavailable == nil)
            bench.kubelet.rest()
            let error = await #expect(throws: AtlasError.self) { try await bench.start() }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "The cluster did not start the lab in time.")
            #expect(try await bench.pods() == [])
        }
    }

    @Test func `a pod that waits is followed until it runs`() async throws {
        try await RealBench.run { bench async throws in
            #expect(await bench.runtime.capabilities().unavailable == nil)
            bench.kubelet.rest()
            let starting = Task { try await bench.start() }
            #expect(try await eventually { try await bench.pods() == ["Pending"] })
            await bench.kubelet.wake()
            let box = try await starting.value
            #expect(try await bench.pods() == ["Running"])
            await box.stop()
        }
    }

    @Test func `a pod that ends by itself ends its box, with the reason`() async throws {
        try await RealBench.run { bench async throws in
            let dead: JSON = ["terminated": ["exitCode": 137, "reason": "OOMKilled"]]
            let cases: [(JSON?, LabBoxEnd)] = [
                (["phase": "Failed", "containerStatuses": [["name": "lab", "state": dead]]], .outOfMemory),
                (
                    ["phase": "Failed", "reason": "Evicted", "message": "disk", "containerStatuses": .null],
                    .failed("the cluster evicted the pod: disk")
                ), (nil, .failed("the pod was removed from the cluster")),
            ]
            for (status, end) in cases {
                let box = try await bench.start()
                if let status {
                    try await bench.kubelet.tell(status, of: bench.path(box))
                } else {
                    try await bench.administrator.send(.delete(bench.path(box)))
                }
                #expect(await box.ended() == end)
                #expect(try await eventually { try await bench.pods() == [] })
                await box.stop()
            }
        }
    }

    @Test func `a box that another process has is not taken from it`() async throws {
        try await RealBench.run { bench async throws in
            let other = Bench.another(bench.client, bench.runtime.settings, bench.clock)
            let folder = try LabFiles(["a": .text("a")])
            let theirs = try await other.start(LabBoxSpec(id: "one", folders: ["/lab": folder], owner: "ada"))
            let mine = await code {
                _ = try await bench.start { spec in
                    spec.id = "one"
                    spec.folders = ["/lab": folder]
                }
            }
            #expect(mine == .conflict)
            #expect(try await theirs.shell("echo well").text == "well\n")
            await theirs.stop()
            #expect(try await bench.pods() == [])
        }
    }

    // MARK: Quota and limits

    @Test func `a share that is used up is told, and others have their own`() async throws {
        try await RealBench.run({ $0.podsPerLearner = 1 }) { bench async throws in
            try await bench.box { _ async throws in
                let error = await #expect(throws: AtlasError.self) { try await bench.start() }
                #expect(error?.code == .tooMany)
                #expect(error?.message.contains("share of the cluster") == true)
                #expect(error?.detail?.contains("exceeded quota: all, requested: ") == true)
                #expect(error?.detail?.contains("pods=1, limited: ") == true, "\(error?.detail ?? "")")
                try await bench.box({ $0.owner = "bob" }) { _ in }
            }
        }
    }

    @Test func `of two starts at the same moment in a new namespace one is over the quota`() async throws {
        try await RealBench.run({ $0.podsPerLearner = 1 }) { bench async throws in
            #expect(await bench.runtime.capabilities().unavailable == nil)
            let starting = (0..<2).map { _ in
                Task { () -> KubernetesBox? in
                    do { return try await bench.start() } catch let error as AtlasError where error.code == .tooMany {
                        return nil
                    }
                }
            }
            var boxes: [KubernetesBox] = []
            for start in starting {
                if let box = try await start.value { boxes.append(box) }
            }
            #expect(boxes.count == 1)
            for box in boxes { await box.stop() }
        }
    }

    @Test func `a lab that wants more than a learner may have is told so`() async throws {
        try await RealBench.run({ $0.memoryPerLearner = 512 << 20 }) { bench async throws in
            let error = await #expect(throws: AtlasError.self) {
                try await bench.start { $0.limits = LabLimits(memoryBytes: 1 << 30) }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("more than one learner") == true)
            #expect(error?.detail?.contains("maximum memory usage per Container") == true)
        }
    }

    // MARK: Rights

    @Test(
        arguments: [
            ("list", "", "secrets", "kube-system"), ("get", "", "secrets", "atlas-lab-x"),
            ("create", "", "secrets", "atlas"), ("create", "", "serviceaccounts/token", "atlas"),
            ("create", "rbac.authorization.k8s.io", "clusterroles", ""),
            ("bind", "rbac.authorization.k8s.io", "clusterroles", ""),
            ("create", "rbac.authorization.k8s.io", "clusterrolebindings", ""),
            ("create", "rbac.authorization.k8s.io", "rolebindings", "atlas-lab-x"), ("impersonate", "", "users", ""),
            ("list", "", "nodes", ""), ("get", "", "nodes/proxy", ""), ("patch", "", "pods", "atlas-lab-x"),
            ("create", "", "pods/portforward", "atlas-lab-x"),
            ("create", "", "pods/ephemeralcontainers", "atlas-lab-x"),
            ("create", "", "services", "atlas-lab-x"), ("create", "", "persistentvolumeclaims", "atlas-lab-x"),
            ("create", "apps", "deployments", "atlas-lab-x"), ("delete", "", "resourcequotas", "atlas-lab-x"),
            ("delete", "networking.k8s.io", "networkpolicies", "atlas-lab-x"),
            ("list", "", "configmaps", "kube-system"), ("patch", "", "configmaps", "kube-system"),
            ("deletecollection", "", "pods", "atlas-lab-x"), ("deletecollection", "", "namespaces", ""),
            ("list", "coordination.k8s.io", "leases", "kube-system"),
            ("patch", "coordination.k8s.io", "leases", "kube-system"),
        ]
    )
    func `what labs do not need is forbidden`(verb: String, group: String, what: String, space: String) async throws {
        let client = try APIClient(RealBench.access())
        let parts = what.split(separator: "/").map(String.init)
        let attributes: JSON = .present([
            "verb": .text(verb), "group": .text(group), "resource": .text(parts[0]),
            "subresource": parts.count > 1 ? .text(parts[1]) : nil, "namespace": space.isEmpty ? nil : .text(space),
        ])
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": attributes],
        ]
        let answer = try await client.send(
            .create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review),
            as: AccessReview.self
        )
        #expect(answer.status?.allowed == false)
    }

    @Test func `what is forbidden is refused, and told as that`() async throws {
        let client = try APIClient(RealBench.access())
        let role: JSON = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": "all"],
            "rules": [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]],
        ]
        for request in [
            APIRequest.get("/api/v1/namespaces/kube-system/secrets"),
            .create("/apis/rbac.authorization.k8s.io/v1/clusterroles", role),
            .merge("/apis/rbac.authorization.k8s.io/v1/clusterroles/atlas-lab-runner", role),
        ] {
            let error = await #expect(throws: APIError.self) { try await client.send(request) }
            #expect(error?.status == 403)
            #expect(error?.reason == "Forbidden")
            #expect(error?.atlas("x").message.contains("must be allowed") == true)
        }
        var access = try RealBench.access()
        access.credential = .token("somebody else's")
        let error = await #expect(throws: APIError.self) { try await APIClient(access).send(.get("/api/v1/pods")) }
        #expect(error?.status == 401)
    }

    @Test func `a right that is missing is named`() async throws {
        // Who has no rights but those that everybody has: an account of a namespace's own.
        let administrator = try RealBench.administrator()
        let request: JSON = ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]]
        let token = try await administrator.send(
            .create("/api/v1/namespaces/default/serviceaccounts/default/token", request),
            as: JSON.self
        )
        var access = try RealBench.access()
        access.credential = .token(try #require(token["status"]?["token"]?.string))
        try await RealBench.run(access: access) { bench async throws in
            let reason = await bench.runtime.capabilities().unavailable
            #expect(reason?.contains("does not let Atlas get namespaces") == true, "\(reason ?? "")")
        }
    }
}

extension RealBench {
    /// The phases of this installation's pods.
    func pods() async throws -> [String] {
        let query = [(name: "labelSelector", value: runtime.names.selector)]
        let list = try await administrator.send(.get("/api/v1/pods", query), as: JSON.self)
        return (list["items"]?.array ?? []).map { $0["status"]?["phase"]?.string ?? "" }
    }
}
