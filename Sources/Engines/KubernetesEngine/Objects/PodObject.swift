import AtlasCore
import AtlasPorts

/// A box as a pod.
struct PodObject: Sendable {
    let spec: LabBoxSpec
    let names: Names
    let settings: KubernetesSettings
    let image: String
    let namespace: String
    let folders: FolderMaps

    /// What a pod may write outside its home and `/tmp`: its log.
    static let storageBytes = 64 << 20
    /// What `/run` holds.
    private static let runBytes = 4 << 20

    var name: String { names.pod(of: spec.id) }

    /// The pod, whose container only waits: everything is run in it by `exec`.
    func object(now: Timestamp) -> JSON {
        let labels = names.labels.merging([
            Names.processLabel: names.process, Names.boxLabel: names.boxHash(spec.id),
            Names.ownerLabel: names.ownerHash(spec.owner ?? spec.id),
            Names.labLabel: Names.label(spec.subject ?? "none"),
        ]) { $1 }
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .text(name), "namespace": .text(namespace), "labels": .texts(labels),
                "annotations": .texts([Names.expires: (now + settings.podTime).description]),
            ],
            "spec": podSpec,
        ]
    }

    private var podSpec: JSON {
        .present([
            "hostname": "lab", "restartPolicy": "Never", "enableServiceLinks": false,
            "automountServiceAccountToken": false, "serviceAccountName": .text(Names.serviceAccount),
            "terminationGracePeriodSeconds": 1,
            "activeDeadlineSeconds": .number(Int(settings.podTime.wholeMilliseconds / 1_000)),
            // No server of names is reached anyway; so programs hear that at once instead of waiting.
            "dnsPolicy": "None", "dnsConfig": ["nameservers": ["127.0.0.1"]],
            "runtimeClassName": settings.runtimeClass.map { .text($0) },
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "volumes": .array(volumes),
            "containers": [container],
        ])
    }

    private var container: JSON {
        [
            "name": .text(Names.container), "image": .text(image), "imagePullPolicy": "IfNotPresent",
            "command": ["/bin/sh", "-c", .text(BoxScripts.wait)], "workingDir": "/home/lab",
            "env": .array(environment.map { ["name": .text($0.key), "value": .text($0.value)] }),
            "securityContext": [
                "allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true,
                "runAsNonRoot": true, "capabilities": ["drop": ["ALL"]],
            ],
            "resources": resources,
            "volumeMounts": .array(mounts),
        ]
    }

    private var volumes: [JSON] {
        let own = [
            Self.memory("home", spec.limits.homeBytes), Self.memory("tmp", spec.limits.temporaryBytes),
            Self.memory("run", Self.runBytes),
        ]
        return own + folders.volumes
    }

    private var mounts: [JSON] {
        let own: [JSON] = [
            ["name": "home", "mountPath": "/home/lab"], ["name": "tmp", "mountPath": "/tmp"],
            ["name": "run", "mountPath": "/run"],
        ]
        return own + folders.mounts
    }

    /// Variables of every program, by name.
    private var environment: [(key: String, value: String)] {
        var variables = [
            "HOME": "/home/lab", "USER": "lab", "LOGNAME": "lab", "SHELL": "/bin/bash", "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "PS1": "lab:\\w\\$ ", "TMPDIR": "/tmp",
        ]
        variables.merge(spec.environment) { _, given in given }
        // In a pod's list `$(NAME)` would be replaced.
        return variables.mapValues { $0.replacing("$(", with: "$$(") }.sorted { $0.key < $1.key }
    }

    /// Files are kept in memory and count there, so that a full home is an error of the program that fills it; a volume on
    /// disk that grows too large would get the pod evicted.
    static func memoryBytes(_ limits: LabLimits) -> Int {
        limits.memoryBytes + limits.homeBytes + limits.temporaryBytes
    }

    private var resources: JSON {
        let memory = Self.memoryBytes(spec.limits)
        let reserved = (Int(Double(memory) * settings.reservedShare) >> 20) << 20
        return [
            "limits": [
                "cpu": .text(Quantity.processors(spec.limits.processors)), "memory": .text(Quantity.bytes(memory)),
                "ephemeral-storage": .text(Quantity.bytes(Self.storageBytes)),
            ],
            "requests": [
                "cpu": .text(Quantity.processors(spec.limits.processors * settings.reservedShare)),
                "memory": .text(Quantity.bytes(max(reserved, 16 << 20))),
                "ephemeral-storage": .text(Quantity.bytes(Self.storageBytes / 4)),
            ],
        ]
    }

    private static func memory(_ name: String, _ bytes: Int) -> JSON {
        ["name": .text(name), "emptyDir": ["medium": "Memory", "sizeLimit": .text(Quantity.bytes(bytes))]]
    }
}
