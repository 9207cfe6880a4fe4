public import AtlasCore
public import AtlasPorts
public import Logging
import Synchronization

/// Runs labs as pods of a Kubernetes cluster; docs/labs-kubernetes.md says what it needs and what it does not do.
public final class KubernetesRuntime: LabRuntime {
    let client: APIClient
    let names: Names
    let settings: KubernetesSettings
    let clock: any WallClock
    let logger: Logger
    let watch: PodWatch
    let lease: ProcessLease
    private let places = Mutex<Set<String>>([])
    private let findings = Mutex(Findings())
    private let probing = FairLock()
    let sweeping = FairLock()
    private let sweeper = Mutex<Task<Void, Never>?>(nil)

    private struct Findings {
        var capabilities: (found: LabCapabilities, at: ContinuousClock.Instant)?
        /// What is in the default image.
        var programs: Set<String> = []
    }

    /// How long it is believed that a cluster does not work.
    private static let failureLife = Duration.seconds(30)
    /// How long a pod may take to end by itself.
    static let podEndTime = Duration.seconds(30)

    /// A runtime for this process; asks the cluster nothing yet.
    ///
    /// - Parameter ids: Names this process.
    /// - Throws: `AtlasError`: `.invalid` for settings, `.unavailable` if a certificate or key cannot be read.
    public convenience init(
        _ access: ClusterAccess,
        settings: KubernetesSettings,
        clock: any WallClock = SystemClock(),
        ids: any IDSource = RandomIDSource(),
        logger: Logger
    ) throws {
        try settings.check()
        let client: APIClient
        do { client = try APIClient(access) } catch {
            throw AtlasError(.unavailable, "Labs cannot run on Kubernetes: \(error)")
        }
        self.init(client, settings: settings, clock: clock, ids: ids, logger: logger)
    }

    init(
        _ client: APIClient,
        settings: KubernetesSettings,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.clock = clock
        self.logger = logger
        names = Names(instance: settings.instance, process: ids.next().lowercased())
        watch = PodWatch(client: client, names: names, logger: logger)
        lease = ProcessLease(
            client: client,
            names: names,
            namespace: client.connector.access.namespace,
            settings: settings,
            clock: clock,
            logger: logger
        )
    }

    deinit { sweeper.withLock { $0 }?.cancel() }

    /// What the cluster offers; runs a pod the first time.
    public func capabilities() async -> LabCapabilities {
        await probing.hold {
            let known = findings.withLock { $0.capabilities }
            if let known, known.found.unavailable == nil || known.at.duration(to: .now) < Self.failureLife {
                return known.found
            }
            let found = await probe()
            findings.withLock { $0.capabilities = (found, .now) }
            return found
        }
    }

    /// Of `programs`, those that are neither in the image nor have one of their own.
    public func missing(_ programs: [String]) async -> [LabMissingProgram] {
        guard await capabilities().unavailable == nil else {
            return programs.map { LabMissingProgram(program: $0, remedy: nil) }
        }
        let found = findings.withLock { $0.programs }
        return programs.filter { !found.contains($0) && settings.imagesByProgram[$0] == nil }.map { program in
            LabMissingProgram(
                program: program,
                remedy: "an image with \(program) in lab.kubernetes.image or lab.kubernetes.images"
            )
        }
    }

    /// Starts a pod.
    public func start(_ spec: LabBoxSpec) async throws -> any LabBox {
        try spec.check()
        if let reason = await capabilities().unavailable { throw AtlasError(.unavailable, reason) }
        if let gap = await missing(spec.needs).first {
            throw AtlasError(
                .unavailable,
                "This lab needs “\(gap.program)”, which the labs' image does not have.",
                detail: gap.remedy
            )
        }
        return try await launch(spec)
    }

    // MARK: Starting

    private func launch(_ spec: LabBoxSpec) async throws -> KubernetesBox {
        try takePlace(spec.id)
        beginSweeping()
        let owner = spec.owner ?? spec.id
        let follower = PodFollower(namespace: names.namespace(of: owner), pod: names.pod(of: spec.id))
        // From here on the pod is known, so that nobody takes it for a leftover.
        watch.add(follower)
        let place = KubernetesBox.Place(
            namespace: follower.namespace,
            pod: follower.pod,
            limits: spec.limits,
            commands: Set(spec.commands)
        )
        let box = KubernetesBox(id: spec.id, place: place, client: client, follower: follower, logger: logger) {
            [weak self] box in
            await self?.remove(box)
        }
        do {
            try await make(spec, owner: owner, follower)
            try await follower.running(within: settings.startTime)
            try await box.begin(spec.home)
        } catch {
            await box.stop()
            let known =
                (error as? APIError)?.atlas("starting the box") ?? AtlasError.wrap(error, while: "starting the box")
            logger.error("a lab's pod did not start", metadata: ["box": "\(spec.id)", "error": "\(known)"])
            throw known
        }
        tidy(box)
        return box
    }

    /// Removes what is left in the cluster when a box has ended by itself.
    private func tidy(_ box: KubernetesBox) {
        Task { [weak self] in
            guard await box.ended() != .stopped else { return }
            box.finish()
            await self?.remove(box)
        }
    }

    private func image(for spec: LabBoxSpec) -> String {
        spec.needs.lazy.compactMap { self.settings.imagesByProgram[$0] }.first ?? settings.image
    }

    /// Makes the learner's namespace if it is not there, the read-only folders and the pod.
    private func make(_ spec: LabBoxSpec, owner: String, _ follower: PodFollower) async throws {
        try await lease.hold()
        let objects = NamespaceObjects(names: names, owner: owner, settings: settings)
        let folders = try FolderMaps(spec, names: names, namespace: objects.name)
        let pod = PodObject(
            spec: spec,
            names: names,
            settings: settings,
            image: image(for: spec),
            namespace: objects.name,
            folders: folders
        )
        for attempt in 1...Self.makeAttempts {
            do {
                try await ensure(objects)
                for map in folders.maps {
                    try await create("/api/v1/namespaces/\(objects.name)/configmaps", map.object)
                }
                return try await create(pod, follower)
            } catch let error as APIError where error.isInEndingNamespace || error.isNotFound {
                // Somebody removes the namespace, which had been empty for long.
                guard attempt < Self.makeAttempts else { throw error }
                try await waitForRemoval(of: objects)
            }
        }
    }

    private static let makeAttempts = 3

    private func create(_ pod: PodObject, _ follower: PodFollower) async throws {
        let path = "/api/v1/namespaces/\(pod.namespace)/pods"
        let object = pod.object(now: clock.now())
        for attempt in 1...Self.quotaAttempts {
            do {
                let made = try await client.send(.create(path, object), as: Pod.self)
                return follower.take(made)
            } catch let error as APIError where error.awaitsQuota {
                guard attempt < Self.quotaAttempts else { throw error }
                try await client.pause(.milliseconds(200 << min(attempt, 4)))
            } catch let error as APIError where error.alreadyExists {
                // Ids are not used twice here, so an answer was lost; otherwise it is somebody else's.
                let there = try await client.send(.get("\(path)/\(pod.name)"), as: Pod.self)
                guard names.isOurs(there.metadata), there.metadata.labels?[Names.processLabel] == names.process else {
                    follower.leaveToOthers()
                    throw AtlasError(.conflict, "A box “\(pod.spec.id)” runs already.")
                }
                return follower.take(there)
            }
        }
    }

    static let quotaAttempts = 8

    /// Makes an object; one of the same name that is ours is as good.
    private func create(_ path: String, _ object: JSON) async throws {
        do {
            try await client.send(.create(path, object))
        } catch let error as APIError where error.alreadyExists {
            let name = object["metadata"]?["name"]?.string ?? ""
            let there = try await client.send(.get("\(path)/\(name)"), as: AnyObjectMeta.self)
            guard names.isOurs(there.metadata) else { throw error }
        }
    }

    // MARK: Ending

    /// Removes a box's pod and folders, and returns when the cluster says that its processes are gone.
    private func remove(_ box: KubernetesBox) async {
        defer {
            watch.remove(box.follower)
            places.withLock { _ = $0.remove(box.id) }
        }
        guard !box.follower.isOthers else { return }
        let place = box.place
        if await delete(place, gracePeriod: 1), await !box.follower.isRemoved(within: Self.podEndTime) {
            logger.warning("a lab's pod does not end by itself", metadata: ["box": "\(box.id)"])
            if await delete(place, gracePeriod: 0) { _ = await box.follower.isRemoved(within: Self.podEndTime) }
        }
        await removeFolders(namespace: place.namespace, box: names.boxHash(box.id))
    }

    /// - Returns: Whether there is a pod that ends now.
    private func delete(_ place: KubernetesBox.Place, gracePeriod: Int) async -> Bool {
        let options: JSON = ["apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": .number(gracePeriod)]
        do {
            try await client.send(
                .delete("/api/v1/namespaces/\(place.namespace)/pods/\(place.pod)", options: options)
            )
            return true
        } catch let error as APIError where error.isNotFound {
            return false
        } catch {
            // It is looked for again with the leftovers.
            logger.error("a lab's pod was not removed", metadata: ["pod": "\(place.pod)", "error": "\(error)"])
            return false
        }
    }

    /// Removes the config maps of a box.
    func removeFolders(namespace: String, box: String) async {
        let selector = "\(names.selector),\(Names.boxLabel)=\(box)"
        do {
            try await client.send(
                .delete("/api/v1/namespaces/\(namespace)/configmaps", [(name: "labelSelector", value: selector)])
            )
        } catch let error as APIError where error.isNotFound {
            return
        } catch {
            logger.warning("a lab's folders were not removed", metadata: ["box": "\(box)", "error": "\(error)"])
        }
    }

    private func takePlace(_ id: String) throws {
        try places.withLock { places in
            guard !places.contains(id) else { throw AtlasError(.conflict, "A box “\(id)” runs already.") }
            guard places.count < settings.places else {
                throw AtlasError(
                    .tooMany,
                    "All \(settings.places) places for labs are taken.",
                    retryAfter: .seconds(30)
                )
            }
            places.insert(id)
        }
    }

    /// Looks for leftovers from now on, every now and then.
    func beginSweeping() {
        sweeper.withLock { sweeper in
            guard sweeper == nil else { return }
            sweeper = Task { [weak self, interval = settings.sweepInterval] in
                while (try? await Task.sleep(for: interval)) != nil {
                    guard let self else { return }
                    do { try await self.removeLeftovers() } catch {
                        self.logger.warning("leftovers of labs were not removed", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }

    // MARK: Finding out

    private func probe() async -> LabCapabilities {
        do {
            let version = try await client.send(.get("/version"), as: ServerVersion.self).gitVersion
            if let lacking = try await lacking() {
                return refusal(
                    "the cluster does not let Atlas \(lacking). The manifest that allows it is deploy/kubernetes/lab-runner-rbac.yaml."
                )
            }
            let box = try await launch(LabBoxSpec(id: "probe-\(names.process)", subject: "probe"))
            let found: Set<String>
            do {
                found = try await programs(in: box)
                await box.stop()
            } catch {
                await box.stop()
                throw error
            }
            let gaps = BoxScripts.programs.filter { !found.contains($0) }
            guard gaps.isEmpty else {
                return refusal("the image \(settings.image) lacks \(gaps.joined(separator: ", ")).")
            }
            findings.withLock { $0.programs = found }
            return capabilities("Kubernetes \(version)")
        } catch let error as AtlasError {
            return refusal(error.message)
        } catch let error as APIError {
            return refusal("\(error.atlas("looking at the cluster").message) (\(error.message.prefix(300)))")
        } catch {
            return refusal("\(error)")
        }
    }

    private func refusal(_ text: String) -> LabCapabilities {
        logger.error("labs cannot run on Kubernetes", metadata: ["reason": "\(text)"])
        return LabCapabilities(runtime: "Kubernetes", unavailable: "Labs cannot run on Kubernetes: \(text)")
    }

    private func capabilities(_ runtime: String) -> LabCapabilities {
        LabCapabilities(
            runtime: runtime,
            unavailable: nil,
            ownUserPerBox: false,
            memory: .cluster,
            processes: .none,
            processors: .cluster,
            disk: .fileSystem,
            places: settings.places,
            remarks: [
                "Processes of a box are limited only if the cluster's machines do it (podPidsLimit of the kubelet).",
                "Network policies keep boxes apart only if the cluster's network plug-in enforces them.",
            ]
        )
    }

    private func programs(in box: KubernetesBox) async throws -> Set<String> {
        let execution = try await box.execute(ExecutionPlan(BoxScripts.found), "look for programs")
        if case .failed(let reason) = execution.end { throw KubernetesBox.failure(reason, "look for programs") }
        return Set(String(decoding: execution.output, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    /// The first thing that Atlas must do and may not.
    private func lacking() async throws -> String? {
        for (verb, resource, subresource, group) in Self.rights {
            let attributes: JSON = .present([
                "verb": .text(verb), "resource": .text(resource), "group": .text(group),
                "subresource": subresource.isEmpty ? nil : .text(subresource),
                "namespace": resource == "leases" ? .text(client.connector.access.namespace) : nil,
            ])
            let review: JSON = [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": ["resourceAttributes": attributes],
            ]
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
            let answer = try await client.send(.create(path, review), as: AccessReview.self)
            guard answer.status?.allowed == true else {
                return "\(verb) \(resource)\(subresource.isEmpty ? "" : "/\(subresource)")"
            }
        }
        return nil
    }

    /// What Atlas must be allowed: verb, resource, subresource, group.
    ///
    /// Who applies an object must also be allowed to create it.
    private static let rights =
        [
            ("get", "namespaces", "", ""), ("list", "namespaces", "", ""), ("watch", "namespaces", "", ""),
            ("create", "namespaces", "", ""), ("patch", "namespaces", "", ""), ("delete", "namespaces", "", ""),
            ("get", "resourcequotas", "", ""),
            ("get", "pods", "", ""), ("list", "pods", "", ""), ("watch", "pods", "", ""), ("create", "pods", "", ""),
            ("delete", "pods", "", ""), ("get", "pods", "exec", ""), ("get", "configmaps", "", ""),
            ("create", "configmaps", "", ""), ("deletecollection", "configmaps", "", ""),
            ("list", "leases", "", "coordination.k8s.io"), ("delete", "leases", "", "coordination.k8s.io"),
        ]
        + [
            ("serviceaccounts", ""), ("resourcequotas", ""), ("limitranges", ""),
            ("networkpolicies", "networking.k8s.io"), ("leases", "coordination.k8s.io"),
        ]
        .flatMap { resource, group in [("create", resource, "", group), ("patch", resource, "", group)] }
}
