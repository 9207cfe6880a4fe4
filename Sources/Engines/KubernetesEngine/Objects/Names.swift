/// How everything in the cluster is called that Atlas makes for labs.
struct Names: Sendable {
    /// This installation.
    let instance: String
    /// This process of it.
    let process: String

    static let managedBy = "app.kubernetes.io/managed-by"
    static let instanceLabel = "atlas.dev/instance"
    static let processLabel = "atlas.dev/process"
    static let ownerLabel = "atlas.dev/owner"
    static let boxLabel = "atlas.dev/box"
    static let labLabel = "atlas.dev/lab"
    /// When a namespace was last given a pod.
    static let usedAt = "atlas.dev/used-at"
    /// When a pod's time is over.
    static let expires = "atlas.dev/expires-at"
    static let namespacePrefix = "atlas-lab-"
    static let container = "lab"
    static let serviceAccount = "lab"

    /// Selects all that belongs to this installation, and nothing else.
    var selector: String { "\(Self.managedBy)=atlas,\(Self.instanceLabel)=\(instance)" }

    /// What everything carries.
    var labels: [String: String] { [Self.managedBy: "atlas", Self.instanceLabel: instance] }

    /// The namespace of an owner.
    func namespace(of owner: String) -> String { Self.namespacePrefix + ownerHash(owner) }

    /// Of which nobody can tell the owner without knowing all of them.
    func ownerHash(_ owner: String) -> String { String(SHA256.hex("\(instance)/\(owner)").prefix(24)) }

    /// The pod of a box.
    func pod(of box: String) -> String { "box-" + boxHash(box) }

    func boxHash(_ box: String) -> String { String(SHA256.hex("\(instance)/\(box)").prefix(24)) }

    /// The lease of a process.
    static func lease(of process: String) -> String { "atlas-labs-\(process)" }

    /// Whether an object is this installation's: asked again before anything is changed or removed, whatever a list said.
    func isOurs(_ metadata: ObjectMeta) -> Bool {
        metadata.labels?[Self.managedBy] == "atlas" && metadata.labels?[Self.instanceLabel] == instance
    }

    /// A text as the value of a label: at most 63 letters, digits, `-`, `_` and `.`, letters or digits at both ends.
    static func label(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let allowed = plain.union("-_.".utf8)
        var bytes = text.utf8.prefix(63).map { allowed.contains($0) ? $0 : UInt8(ascii: "-") }[...]
        while let last = bytes.last, !plain.contains(last) { bytes = bytes.dropLast() }
        while let first = bytes.first, !plain.contains(first) { bytes = bytes.dropFirst() }
        return bytes.isEmpty ? "none" : String(decoding: bytes, as: UTF8.self)
    }
}
