import AtlasCore
import Foundation

// What is read of the API's objects. Fields that the API may leave out are optional.
// Source: Kubernetes API reference v1.32.

/// What every object has.
struct ObjectMeta: Decodable, Sendable {
    var name: String?
    var namespace: String?
    var uid: String?
    var resourceVersion: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    var creationTimestamp: String?
    var deletionTimestamp: String?

    /// When it was made.
    var created: Timestamp? { creationTimestamp.flatMap { Timestamp(iso8601: $0) } }
}

/// An object of which only the metadata matter: namespaces, objects that were made.
struct AnyObjectMeta: Decodable, Sendable {
    var metadata: ObjectMeta
}

/// A list with the version from which to watch on.
struct ResourceList<Item: Decodable & Sendable>: Decodable, Sendable {
    struct Meta: Decodable, Sendable {
        var resourceVersion: String?
        /// Where the next page begins; empty at the end.
        var `continue`: String?
    }

    var metadata: Meta
    var items: [Item]?
}

/// A pod.
struct Pod: Decodable, Sendable {
    struct Status: Decodable, Sendable {
        var phase: String?
        var reason: String?
        var message: String?
        var conditions: [Condition]?
        var containerStatuses: [Container]?
    }

    struct Condition: Decodable, Sendable {
        var type: String
        var status: String
        var reason: String?
        var message: String?
    }

    struct Container: Decodable, Sendable {
        var name: String
        var state: ContainerState?
    }

    struct ContainerState: Decodable, Sendable {
        var waiting: Detail?
        var running: Running?
        var terminated: Terminated?
    }

    struct Running: Decodable, Sendable {
        var startedAt: String?
    }

    struct Detail: Decodable, Sendable {
        var reason: String?
        var message: String?
    }

    struct Terminated: Decodable, Sendable {
        var exitCode: Int?
        var signal: Int?
        var reason: String?
        var message: String?
    }

    var metadata: ObjectMeta
    var status: Status?
}

/// The API's answer where there is no object: errors, and how a command in a pod ended.
struct APIStatus: Decodable, Sendable {
    struct Details: Decodable, Sendable {
        var causes: [Cause]?
        var retryAfterSeconds: Int?
    }

    struct Cause: Decodable, Sendable {
        var reason: String?
        var message: String?
        var field: String?
    }

    var status: String?
    var message: String?
    var reason: String?
    var code: Int?
    var details: Details?
}

/// A process that says that it lives.
struct Lease: Decodable, Sendable {
    struct Spec: Decodable, Sendable {
        var holderIdentity: String?
        var renewTime: String?
    }

    var metadata: ObjectMeta
    var spec: Spec?

    /// When it was last renewed.
    var renewed: Timestamp? { spec?.renewTime.flatMap { Timestamp(iso8601: $0) } ?? metadata.created }
}

/// A quota, whose status the cluster's controller writes when it has seen it.
struct ResourceQuota: Decodable, Sendable {
    struct Status: Decodable, Sendable {
        var hard: [String: String]?
    }

    var status: Status?
}

/// What `metrics.k8s.io` says of a pod.
struct PodMetrics: Decodable, Sendable {
    struct Container: Decodable, Sendable {
        var usage: [String: String]
    }

    var timestamp: String?
    var containers: [Container]
}

/// Whether the caller may do something.
struct AccessReview: Decodable, Sendable {
    struct Status: Decodable, Sendable {
        var allowed: Bool?
        var reason: String?
    }

    var status: Status?
}

/// Of `GET /version`.
struct ServerVersion: Decodable, Sendable {
    var gitVersion: String
}
