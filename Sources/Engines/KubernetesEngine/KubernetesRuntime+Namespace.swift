import AtlasCore

/// The namespace of a learner.
extension KubernetesRuntime {
    /// How long a namespace that is being removed is waited for.
    private static let endingTime = Duration.seconds(90)

    /// Makes the learner's namespace if it is not there, and its walls what they shall be.
    ///
    /// - Throws: `APIError`, also if the namespace is being removed; `AtlasError` if it is somebody else's or nothing limits it yet.
    func ensure(_ objects: NamespaceObjects) async throws {
        let now = clock.now()
        do {
            try await client.send(.create("/api/v1/namespaces", objects.namespace(now: now)))
        } catch let error as APIError where error.alreadyExists {
            let there = try await client.send(.get("/api/v1/namespaces/\(objects.name)"), as: AnyObjectMeta.self)
            guard names.isOurs(there.metadata) else {
                throw AtlasError(
                    .unavailable,
                    "The cluster has a namespace “\(objects.name)” that is not Atlas's.",
                    detail: "it lacks the labels \(names.selector)"
                )
            }
            guard there.metadata.deletionTimestamp == nil else {
                throw APIError(
                    status: 409,
                    reason: "Conflict",
                    message: "namespace \(objects.name) is being terminated"
                )
            }
            // Whoever removes idle namespaces sees that this one is not, or fails because it has changed.
            let used: JSON = ["metadata": ["annotations": .texts([Names.usedAt: now.description])]]
            try await client.send(.merge("/api/v1/namespaces/\(objects.name)", used))
        }
        try await withThrowingTaskGroup { group in
            for (path, object) in objects.contents {
                group.addTask { [client] in _ = try await client.send(.apply(path, object)) }
            }
            try await group.waitForAll()
        }
        try await awaitCounting(objects)
    }

    /// Waits until the cluster counts what is made in the namespace.
    ///
    /// The API server hears of a new quota a moment later: it lets pods through until then, and may leave them uncounted for
    /// minutes.
    private func awaitCounting(_ objects: NamespaceObjects) async throws {
        for attempt in 1...Self.quotaAttempts {
            let quota = try await client.send(.get(objects.quotaPath), as: ResourceQuota.self)
            if quota.status?.hard != nil { return }
            try await client.pause(.milliseconds(50 << min(attempt, 6)))
        }
        throw AtlasError(
            .unavailable,
            "The cluster does not limit yet what the lab may use. Try again in a minute.",
            detail: "\(objects.quotaPath) has no status",
            retryAfter: .seconds(60)
        )
    }

    /// Waits until a namespace that is being removed is gone; returns at once if there is none or it is not being removed.
    func waitForRemoval(of objects: NamespaceObjects) async throws {
        let there: AnyObjectMeta
        do {
            there = try await client.send(.get("/api/v1/namespaces/\(objects.name)"))
        } catch let error as APIError where error.isNotFound {
            return
        }
        guard there.metadata.deletionTimestamp != nil else { return }
        let late = AtlasError(
            .unavailable,
            "The cluster is still cleaning up. Try again in a minute.",
            retryAfter: .seconds(60)
        )
        try await within(Self.endingTime, else: late) { [client] in
            try await client.watch(
                "/api/v1/namespaces",
                fields: "metadata.name=\(objects.name)",
                from: there.metadata.resourceVersion ?? "",
                of: AnyObjectMeta.self
            ) { event in
                if case .gone = event { false } else { true }
            }
        }
    }
}
