import Foundation
@testable import KubernetesEngine

/// What a request asks, as the double sees it.
struct Asked: Sendable {
    let method: String
    let path: String
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    let body: JSON?

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
    func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
}

/// What it is answered.
enum Answer: Sendable {
    case json(Int, JSON, headers: [String: String] = [:])
    /// Follows changes after a version.
    case watch(path: String, labels: [String: String], name: String?, version: Int)
    /// The connection is closed without a word.
    case cut

    /// A `Status` object.
    static func failure(
        _ code: Int,
        _ reason: String,
        _ message: String,
        headers: [String: String] = [:],
        causes: [JSON] = []
    ) -> Answer {
        .json(
            code,
            [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .text(reason),
                "message": .text(message), "code": .number(code), "details": ["causes": .array(causes)],
            ],
            headers: headers
        )
    }
}

/// One change, for watches.
struct Change: Sendable {
    let version: Int
    let type: String
    let path: String
    let object: JSON
}

/// The objects of the cluster, and the rules of its API that labs rely on.
struct ClusterState: Sendable {
    /// By path.
    var objects: [String: JSON] = [:]
    var version = 100
    var changes: [Change] = []
    /// Watches from before this are answered 410.
    var oldest = 0
    var denied: Set<String> = []
    var hasMetrics = false
    /// Namespaces that stay in the state of being removed until they are let go.
    var holdsNamespaces = false
    /// Quotas of which it says once that it does not know their state yet.
    var quotaIsLate = false

    mutating func put(_ object: JSON, at path: String, type: String) -> JSON {
        version += 1
        var object = object
        object.set("metadata", "resourceVersion", .text(String(version)))
        objects[path] = object
        changes.append(Change(version: version, type: type, path: path, object: object))
        return object
    }

    mutating func create(_ object: JSON, at path: String) -> JSON {
        var object = object
        object.set("metadata", "uid", .text(UUID().uuidString.lowercased()))
        object.set("metadata", "creationTimestamp", .text(Self.time(Date())))
        return put(object, at: path, type: "ADDED")
    }

    mutating func remove(_ path: String) {
        guard var object = objects.removeValue(forKey: path) else { return }
        version += 1
        object.set("metadata", "resourceVersion", .text(String(version)))
        changes.append(Change(version: version, type: "DELETED", path: path, object: object))
    }

    /// Removes everything in a namespace, and itself.
    mutating func removeNamespace(_ name: String) {
        for path in objects.keys where path.contains("/namespaces/\(name)/") { remove(path) }
        remove("/api/v1/namespaces/\(name)")
    }

    static func time(_ date: Date) -> String { date.ISO8601Format() }

    /// Objects of a collection; one that is named without a namespace is of all.
    func collection(_ path: String, labels: [String: String]) -> [(path: String, object: JSON)] {
        objects.filter { Self.belongs($0.key, to: path) && Self.has($0.value, labels) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    static func belongs(_ path: String, to collection: String) -> Bool {
        let parts = path.split(separator: "/")
        let wanted = collection.split(separator: "/")
        guard let kind = wanted.last, parts.count >= 2, parts[parts.count - 2] == kind else { return false }
        return wanted.contains("namespaces") && wanted.last != "namespaces"
            ? path.hasPrefix(collection + "/") : path.hasPrefix("/" + wanted.dropLast().joined(separator: "/"))
    }

    static func has(_ object: JSON, _ labels: [String: String]) -> Bool {
        labels.allSatisfy { object["metadata"]?["labels"]?[$0.key]?.string == $0.value }
    }

    /// `a=b,c=d`.
    static func labels(_ selector: String?) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in (selector ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { labels[String(parts[0])] = String(parts[1]) }
        }
        return labels
    }
}

extension JSON {
    mutating func set(_ outer: String, _ inner: String, _ value: JSON) {
        guard case .object(var members) = self else { return }
        var nested: [String: JSON] = [:]
        if case .object(let there)? = members[outer] { nested = there }
        nested[inner] = value
        members[outer] = .object(nested)
        self = .object(members)
    }

    /// JSON merge patch, RFC 7386.
    func merged(with patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var members: [String: JSON] = [:]
        if case .object(let there) = self { members = there }
        for (key, value) in changes {
            members[key] = value == .null ? nil : (members[key] ?? .object([:])).merged(with: value)
        }
        return .object(members)
    }

    var array: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var members: [String: JSON] {
        guard case .object(let members) = self else { return [:] }
        return members
    }
}
