import AtlasCore

/// The walls around one learner.
struct NamespaceObjects: Sendable {
    let names: Names
    let owner: String
    let settings: KubernetesSettings

    var name: String { names.namespace(of: owner) }

    private var labels: [String: String] {
        names.labels.merging([Names.ownerLabel: names.ownerHash(owner)]) { $1 }
    }

    /// The namespace, in which only restricted pods may run.
    func namespace(now: Timestamp) -> JSON {
        var labels = labels
        for mode in ["enforce", "audit", "warn"] { labels["pod-security.kubernetes.io/\(mode)"] = "restricted" }
        return [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": [
                "name": .text(name), "labels": .texts(labels), "annotations": .texts([Names.usedAt: now.description]),
            ],
        ]
    }

    /// What is applied in the namespace, in this order: path and object.
    var contents: [(path: String, object: JSON)] {
        let base = "/namespaces/\(name)"
        return [
            ("/api/v1\(base)/serviceaccounts/\(Names.serviceAccount)", serviceAccount),
            ("/apis/networking.k8s.io/v1\(base)/networkpolicies/nothing", networkPolicy),
            ("/api/v1\(base)/limitranges/each", limitRange), (quotaPath, quota),
        ]
    }

    /// Where the quota is.
    var quotaPath: String { "/api/v1/namespaces/\(name)/resourcequotas/all" }

    private func metadata(_ name: String) -> JSON {
        ["name": .text(name), "namespace": .text(self.name), "labels": .texts(labels)]
    }

    private var serviceAccount: JSON {
        [
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(Names.serviceAccount),
            "automountServiceAccountToken": false,
        ]
    }

    /// Nothing comes in and nothing goes out, not even names of hosts.
    private var networkPolicy: JSON {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata("nothing"),
            "spec": ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]],
        ]
    }

    private var limitRange: JSON {
        let amounts: JSON = ["cpu": "1", "memory": "256Mi", "ephemeral-storage": "64Mi"]
        return [
            "apiVersion": "v1", "kind": "LimitRange", "metadata": metadata("each"),
            "spec": [
                "limits": [
                    [
                        "type": "Container", "default": amounts,
                        "defaultRequest": ["cpu": "50m", "memory": "64Mi", "ephemeral-storage": "16Mi"],
                        "max": [
                            "cpu": .text(Quantity.processors(settings.processorsPerLearner)),
                            "memory": .text(Quantity.bytes(settings.memoryPerLearner)),
                        ],
                    ]
                ]
            ],
        ]
    }

    private var quota: JSON {
        let processors = JSON.text(Quantity.processors(settings.processorsPerLearner))
        let memory = JSON.text(Quantity.bytes(settings.memoryPerLearner))
        let pods = settings.podsPerLearner
        return [
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata("all"),
            "spec": [
                "hard": [
                    "pods": .text(String(pods)), "requests.cpu": processors, "limits.cpu": processors,
                    "requests.memory": memory, "limits.memory": memory,
                    "limits.ephemeral-storage": .text(Quantity.bytes(pods * PodObject.storageBytes)),
                    "configmaps": .text(String(pods * FolderMaps.mapsPerBox + 2)), "secrets": "2", "services": "0",
                    "persistentvolumeclaims": "0",
                ]
            ],
        ]
    }
}

/// Amounts as Kubernetes writes them.
enum Quantity {
    static func bytes(_ count: Int) -> String {
        if count % (1 << 20) == 0 { return "\(count >> 20)Mi" }
        return count % (1 << 10) == 0 ? "\(count >> 10)Ki" : "\(count)"
    }

    /// Thousandths of a processor, at least one.
    static func processors(_ count: Double) -> String {
        guard count.isFinite else { return "1" }
        return "\(Int((min(max(count, 0.001), 1_000) * 1_000).rounded()))m"
    }

    /// A number with a suffix, as metrics have them: `12345n`, `250m`, `1536Ki`, `2`; `nil` for anything else.
    static func value(_ text: String) -> Double? {
        let suffixes: [(String, Double)] = [
            ("Ki", 1_024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776), ("n", 1e-9),
            ("u", 1e-6),
            ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
        ]
        for (suffix, factor) in suffixes where text.hasSuffix(suffix) {
            return Double(text.dropLast(suffix.count)).flatMap { $0.isFinite ? $0 * factor : nil }
        }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
