import AtlasCore

/// How `KubernetesRuntime` works with its cluster.
public struct KubernetesSettings: Sendable {
    /// Names this installation of Atlas among those that share the cluster: 1...40 lower-case letters, digits and `-`.
    ///
    /// What has another name is never touched.
    public var instance: String
    /// The image that boxes run; docs/labs-kubernetes.md says what has to be in it.
    public var image: String
    /// Images for labs that need a program which `image` does not have, by program.
    public var imagesByProgram: [String: String]
    /// The most boxes at once, 1...1,000.
    public var places: Int
    /// The runtime class of the pods, as in `gvisor`; `nil` for the cluster's usual one.
    public var runtimeClass: String?
    /// Pods of one learner at once, those that set up and grade included.
    public var podsPerLearner: Int
    /// Memory that the pods of one learner may be given together, in bytes.
    public var memoryPerLearner: Int
    /// Processors that the pods of one learner may be given together.
    public var processorsPerLearner: Double
    /// The part of a box's limits that the scheduler reserves for it, 0.01...1.
    public var reservedShare: Double
    /// How long a pod may take to run: pulling the image, waiting for a node.
    public var startTime: Duration
    /// How long a pod may live; the cluster ends it then, whatever Atlas does.
    public var podTime: Duration
    /// How long a learner's namespace is kept when nothing runs in it.
    public var idleNamespaceTime = Duration.seconds(600)
    /// How often leftovers are looked for.
    public var sweepInterval = Duration.seconds(60)
    /// How often a process says that it lives.
    public var leaseInterval = Duration.seconds(15)
    /// After which silence a process counts as gone.
    public var leaseLife = Duration.seconds(60)

    /// Settings with what differs from the defaults.
    public init(
        instance: String = "atlas",
        image: String,
        imagesByProgram: [String: String] = [:],
        places: Int = 20,
        runtimeClass: String? = nil,
        podsPerLearner: Int = 6,
        memoryPerLearner: Int = 4 << 30,
        processorsPerLearner: Double = 6,
        reservedShare: Double = 0.25,
        startTime: Duration = .seconds(120),
        podTime: Duration = .seconds(6 * 3_600)
    ) {
        self.instance = instance
        self.image = image
        self.imagesByProgram = imagesByProgram
        self.places = min(max(places, 1), 1_000)
        self.runtimeClass = runtimeClass
        self.podsPerLearner = min(max(podsPerLearner, 1), 100)
        self.memoryPerLearner = memoryPerLearner
        self.processorsPerLearner = processorsPerLearner
        self.reservedShare = reservedShare.isFinite ? min(max(reservedShare, 0.01), 1) : 0.25
        self.startTime = startTime
        self.podTime = podTime
    }

    /// Refuses what the cluster would.
    ///
    /// - Throws: `AtlasError` `.invalid` that names the setting.
    func check() throws {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let isName =
            (1...40).contains(instance.utf8.count) && !instance.hasPrefix("-") && !instance.hasSuffix("-")
            && instance.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "-") }
        guard isName else {
            throw AtlasError(
                .invalid,
                "lab.kubernetes.instance: “\(instance)” is not 1 to 40 lower-case letters, digits and “-”.",
                field: "lab.kubernetes.instance"
            )
        }
        guard !image.isEmpty else {
            throw AtlasError(
                .invalid,
                "lab.kubernetes.image: labs on Kubernetes need an image (docs/labs-kubernetes.md).",
                field: "lab.kubernetes.image"
            )
        }
    }
}
