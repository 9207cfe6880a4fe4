import AtlasCore

/// The settings `lab.kubernetes.*`.
public struct LabClusterConfiguration: Sendable {
    /// The kubeconfig file; empty for the service account of the pod that Atlas runs in.
    public var kubeconfig: String
    /// The context of that file; empty for its current one.
    public var context: String
    /// Where Atlas keeps its lease; empty for the namespace of the service account or the context.
    public var namespace: String
    /// Names this installation among those that share the cluster.
    public var instance: String
    /// The image of the boxes.
    public var image: String
    /// Other images, by the program for which a lab needs them.
    public var imagesByProgram: [String: String]
    /// The runtime class of the pods; empty for the cluster's usual one.
    public var runtimeClass: String
    /// Pods of one learner at once.
    public var podsPerLearner: Int
    /// Memory of one learner's pods together, in MiB.
    public var megabytesPerLearner: Int
    /// Processors of one learner's pods together.
    public var processorsPerLearner: Int
    /// How long a pod may take to run, in seconds.
    public var startSeconds: Int

    /// - Throws: `AtlasError` `.invalid` that names the key.
    init(_ reader: Reader) throws {
        kubeconfig = reader.text("lab.kubernetes.kubeconfig")
        context = reader.text("lab.kubernetes.context")
        namespace = reader.text("lab.kubernetes.namespace")
        instance = reader.text("lab.kubernetes.instance")
        image = reader.text("lab.kubernetes.image")
        imagesByProgram = [:]
        for pair in reader.list("lab.kubernetes.images") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw AtlasError(
                    .invalid,
                    "lab.kubernetes.images: \"\(pair)\" is not PROGRAM=IMAGE.",
                    field: "lab.kubernetes.images"
                )
            }
            imagesByProgram[parts[0]] = parts[1]
        }
        runtimeClass = reader.text("lab.kubernetes.runtimeClass")
        podsPerLearner = try reader.number("lab.kubernetes.learnerPods", in: 3...100)
        megabytesPerLearner = try reader.number("lab.kubernetes.learnerMemoryMB", in: 256...1_000_000)
        processorsPerLearner = try reader.number("lab.kubernetes.learnerProcessors", in: 1...1_000)
        startSeconds = try reader.number("lab.kubernetes.startSeconds", in: 5...3_600)
    }
}
