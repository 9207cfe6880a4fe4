import Foundation
import Synchronization
@testable import KubernetesEngine

/// What the API answers.
extension FakeCluster {
    /// Decides a request; what a client of labs may not send is noted as a problem.
    func answer(_ asked: Asked) -> Answer {
        requests.withLock { $0.append("\(asked.method) \(asked.path)") }
        if let fault = takeFault(asked) { return fault }
        guard mayAsk(asked) else {
            return .failure(401, "Unauthorized", "Unauthorized")
        }
        if asked.header("host")?.hasPrefix("127.0.0.1:") != true {
            problem("\(asked.path): host is \(asked.header("host") ?? "-")")
        }
        return state.withLock { state in
            if let right = Self.right(asked), state.denied.contains(right) {
                return .failure(403, "Forbidden", "User \"atlas\" cannot \(right)")
            }
            switch asked.method {
            case "GET": return get(asked, &state)
            case "POST": return create(asked, &state)
            case "PATCH": return patch(asked, &state)
            case "DELETE": return delete(asked, &state)
            default: return .failure(405, "MethodNotAllowed", "no")
            }
        }
    }

    /// Whether the token is the right one.
    func mayAsk(_ asked: Asked) -> Bool {
        !usesToken || asked.header("authorization") == "Bearer \(token.withLock { $0 })"
    }

    private static func right(_ asked: Asked) -> String? {
        let parts = asked.path.split(separator: "/")
        let verbs = ["GET": "get", "POST": "create", "PATCH": "patch", "DELETE": "delete"]
        let isItem = parts.count % 2 == (parts.first == "api" ? 0 : 1)
        guard let verb = verbs[asked.method], let kind = isItem ? parts.dropLast().last : parts.last else { return nil }
        return "\(verb) \(kind)"
    }

    // MARK: Reading

    private func get(_ asked: Asked, _ state: inout ClusterState) -> Answer {
        if asked.path == "/version" { return .json(200, ["gitVersion": "v1.32.0-double"]) }
        if asked.path.hasPrefix("/apis/metrics.k8s.io/") {
            guard state.hasMetrics else {
                return .failure(404, "NotFound", "the server could not find the requested resource")
            }
            return .json(
                200,
                [
                    "kind": "PodMetrics", "timestamp": "2026-01-01T00:00:00Z",
                    "containers": [["name": "lab", "usage": ["cpu": "250m", "memory": "20480Ki"]]],
                ]
            )
        }
        if let object = state.objects[asked.path] {
            if asked.path.contains("/resourcequotas/") { Self.count(object, asked.path, &state) }
            return .json(200, object)
        }
        let labels = ClusterState.labels(asked.value("labelSelector"))
        guard let kind = asked.path.split(separator: "/").last,
            ["pods", "namespaces", "leases", "configmaps"].contains(kind)
        else { return .failure(404, "NotFound", "\(asked.path) not found") }
        if asked.value("watch") == "true" {
            if asked.value("allowWatchBookmarks") != "true" { problem("a watch without bookmarks") }
            let name = asked.value("fieldSelector")?.split(separator: "=").last.map(String.init)
            let version = Int(asked.value("resourceVersion") ?? "") ?? 0
            return .watch(path: asked.path, labels: labels, name: name, version: version)
        }
        if labels["atlas.dev/instance"] == nil { problem("a list of \(kind) without our labels") }
        let all = state.collection(asked.path, labels: labels).map(\.object)
        let start = Int(asked.value("continue") ?? "0") ?? 0
        let end = min(all.count, start + pageSize)
        return .json(
            200,
            [
                "kind": "List", "items": .array(Array(all[min(start, all.count)..<end])),
                "metadata": .present([
                    "resourceVersion": .text(String(state.version)),
                    "continue": end < all.count ? .text(String(end)) : nil,
                ]),
            ]
        )
    }

    /// Its controller has seen a quota that was made; whoever asked just now was a little early.
    private static func count(_ quota: JSON, _ path: String, _ state: inout ClusterState) {
        guard quota["status"] == nil, let hard = quota["spec"]?["hard"] else { return }
        var counted = quota
        counted.set("status", "hard", hard)
        _ = state.put(counted, at: path, type: "MODIFIED")
    }

    // MARK: Making

    private func create(_ asked: Asked, _ state: inout ClusterState) -> Answer {
        guard let object = asked.body, asked.header("content-type") == "application/json" else {
            problem("\(asked.path): no JSON")
            return .failure(415, "UnsupportedMediaType", "no")
        }
        if asked.path.hasSuffix("/selfsubjectaccessreviews") {
            let attributes = object["spec"]?["resourceAttributes"]
            let right = "\(attributes?["verb"]?.string ?? "") \(attributes?["resource"]?.string ?? "")"
            return .json(201, ["status": ["allowed": .truth(!state.denied.contains(right))]])
        }
        guard let kind = asked.path.split(separator: "/").last.map(String.init),
            ["namespaces", "pods", "configmaps"].contains(kind), let name = object["metadata"]?["name"]?.string
        else {
            problem("POST \(asked.path)")
            return .failure(404, "NotFound", "no")
        }
        note(ObjectChecks.problems(of: object, kind: kind), asked.path)
        let path = "\(asked.path)/\(name)"
        if let there = state.objects[path] {
            if kind == "namespaces", there["metadata"]?["deletionTimestamp"] != nil {
                return .failure(409, "AlreadyExists", "object is being deleted: namespaces \"\(name)\" already exists")
            }
            return .failure(409, "AlreadyExists", "\(kind) \"\(name)\" already exists")
        }
        if kind != "namespaces", let refusal = refusal(object, asked.path, kind, &state) { return refusal }
        let made = state.create(object, at: path)
        if kind == "pods" { start(made, path, &state) }
        announce(&state)
        return .json(201, state.objects[path] ?? made)
    }

    /// What the admission of a namespace says against an object in it.
    private func refusal(_ object: JSON, _ path: String, _ kind: String, _ state: inout ClusterState) -> Answer? {
        let space = path.split(separator: "/").dropLast().joined(separator: "/")
        guard let namespace = state.objects["/" + space] else {
            return .failure(404, "NotFound", "namespaces \"\(space)\" not found")
        }
        let name = namespace["metadata"]?["name"]?.string ?? ""
        guard namespace["metadata"]?["deletionTimestamp"] == nil else {
            return .failure(
                403,
                "Forbidden",
                "\(kind) is forbidden: unable to create new content in namespace \(name) because it is being terminated"
            )
        }
        guard kind == "pods" else { return nil }
        let walls = [
            "/api/v1/namespaces/\(name)/serviceaccounts/lab", "/api/v1/namespaces/\(name)/resourcequotas/all",
            "/api/v1/namespaces/\(name)/limitranges/each",
            "/apis/networking.k8s.io/v1/namespaces/\(name)/networkpolicies/nothing",
        ]
        for wall in walls where state.objects[wall] == nil { problem("a pod is made before \(wall)") }
        // As a real server: it lets such a pod through and does not count it.
        if state.objects[walls[1]]?["status"] == nil { problem("a pod is made before its quota counts") }
        if let refusal = Self.limitRefusal(object, state.objects[walls[2]]) { return refusal }
        if state.quotaIsLate {
            state.quotaIsLate = false
            return .failure(
                403,
                "Forbidden",
                "pods \"box\" is forbidden: status unknown for quota: all, resources: pods"
            )
        }
        let hard = state.objects[walls[1]]?["spec"]?["hard"]?["pods"]?.string.flatMap { Int($0) } ?? 0
        let used = state.collection(path, labels: [:]).count
        guard used < hard else {
            return .failure(
                403,
                "Forbidden",
                "pods \"box\" is forbidden: exceeded quota: all, requested: pods=1, used: pods=\(used), limited: pods=\(hard)"
            )
        }
        return nil
    }

    /// What a `LimitRange` says against a pod.
    private static func limitRefusal(_ pod: JSON, _ range: JSON?) -> Answer? {
        guard let most = range?["spec"]?["limits"]?[0]?["max"]?["memory"]?.string,
            let wanted = pod["spec"]?["containers"]?[0]?["resources"]?["limits"]?["memory"]?.string,
            Quantity.value(wanted) ?? 0 > Quantity.value(most) ?? 0
        else { return nil }
        return .failure(
            403,
            "Forbidden",
            "pods \"box\" is forbidden: maximum memory usage per Container is \(most), but limit is \(wanted)"
        )
    }

    /// What the scheduler and the kubelet would do.
    private func start(_ object: JSON, _ path: String, _ state: inout ClusterState) {
        let space = path.split(separator: "/").dropLast(2).joined(separator: "/")
        let maps = state.collection("/\(space)/configmaps", labels: [:])
        let byName = Dictionary(
            uniqueKeysWithValues: maps.map { ($0.object["metadata"]?["name"]?.string ?? "", $0.object) }
        )
        let steps = podSteps.withLock { $0 }
        do {
            let pod = try FakePod(object, maps: byName, folder: "\(folder)/\(UUID().uuidString)")
            pods.withLock { $0[path] = pod }
        } catch { problem("a pod cannot be made: \(error)") }
        for step in steps { setStatus(step, of: path, &state) }
    }

    /// Changes the status of a pod.
    func setStatus(_ status: JSON, of path: String, _ state: inout ClusterState) {
        guard var object = state.objects[path] else { return }
        guard case .object(var members) = object else { return }
        members["status"] = status
        object = .object(members)
        _ = state.put(object, at: path, type: "MODIFIED")
    }

    // MARK: Changing and removing

    private func patch(_ asked: Asked, _ state: inout ClusterState) -> Answer {
        guard let object = asked.body else { return .failure(400, "BadRequest", "no body") }
        let kind = asked.path.split(separator: "/").dropLast().last.map(String.init) ?? ""
        if asked.value("fieldManager") == nil { problem("\(asked.path): a change without a manager") }
        switch asked.header("content-type") {
        case "application/apply-patch+yaml":
            if asked.value("force") != "true" { problem("\(asked.path): applied without force") }
            if object["apiVersion"] == nil || object["kind"] == nil { problem("\(asked.path): applied without a kind") }
            note(ObjectChecks.problems(of: object, kind: kind), asked.path)
            let isNew = state.objects[asked.path] == nil
            let made =
                isNew
                ? state.create(object, at: asked.path)
                : state.put((state.objects[asked.path] ?? .null).merged(with: object), at: asked.path, type: "MODIFIED")
            announce(&state)
            return .json(isNew ? 201 : 200, made)
        case "application/merge-patch+json":
            guard let there = state.objects[asked.path] else { return .failure(404, "NotFound", "not found") }
            let changed = state.put(there.merged(with: object), at: asked.path, type: "MODIFIED")
            announce(&state)
            return .json(200, changed)
        default:
            problem("\(asked.path): a change of type \(asked.header("content-type") ?? "-")")
            return .failure(415, "UnsupportedMediaType", "no")
        }
    }

    private func delete(_ asked: Asked, _ state: inout ClusterState) -> Answer {
        defer { announce(&state) }
        if asked.path.hasSuffix("/configmaps") {
            let labels = ClusterState.labels(asked.value("labelSelector"))
            if labels["atlas.dev/box"] == nil { problem("all config maps of a namespace are removed") }
            for (path, _) in state.collection(asked.path, labels: labels) { state.remove(path) }
            return .json(200, ["kind": "Status", "status": "Success"])
        }
        guard let object = state.objects[asked.path] else {
            return .failure(404, "NotFound", "\(asked.path) not found")
        }
        let meta = object["metadata"]
        if meta?["labels"]?["app.kubernetes.io/managed-by"] != "atlas" {
            problem("\(asked.path) is not labs' and is removed")
        }
        for key in ["uid", "resourceVersion"] {
            if let wanted = asked.body?["preconditions"]?[key], wanted != meta?[key] {
                return .failure(409, "Conflict", "the \(key) in the precondition does not match")
            }
        }
        if asked.path.contains("/pods/") {
            removePod(asked.path, &state)
        } else if asked.path.hasPrefix("/api/v1/namespaces/"), asked.path.split(separator: "/").count == 4 {
            var ending = object
            ending.set("metadata", "deletionTimestamp", .text(ClusterState.time(Date())))
            _ = state.put(ending, at: asked.path, type: "MODIFIED")
            if !state.holdsNamespaces { state.removeNamespace(meta?["name"]?.string ?? "") }
        } else {
            state.remove(asked.path)
        }
        return .json(200, object)
    }

    /// Ends a pod's programs and removes it.
    func removePod(_ path: String, _ state: inout ClusterState) {
        pods.withLock { $0.removeValue(forKey: path) }?.kill()
        state.remove(path)
    }
}
