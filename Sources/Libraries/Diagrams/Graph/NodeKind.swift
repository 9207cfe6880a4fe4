/// What a node of a system is.
///
/// The raw value is the class name in Mermaid and the word in the catalogue.
public enum NodeKind: String, Sendable, CaseIterable {
    /// A person's device or a calling program.
    case client
    /// Name resolution.
    case dns
    /// A content delivery network.
    case cdn
    /// A load balancer.
    case lb
    /// An entrance that authenticates, limits or routes.
    case gateway
    /// A program that answers requests.
    case service
    /// A copy kept for speed; may be lost.
    case cache
    /// The database node that accepts writes.
    case dbLeader = "db-leader"
    /// A database node that follows a leader.
    case dbReplica = "db-replica"
    /// Messages that are taken once.
    case queue
    /// A log that is read by offset.
    case stream
    /// A program that works on its own time.
    case worker
    /// Durable storage: files, objects, rows.
    case store
    /// A lock or lease.
    case lock
    /// Something that starts work at a time.
    case scheduler
    /// A system of somebody else.
    case external
    /// Not said.
    case unknown

    /// The word for people, such as "database replica".
    public var words: String {
        switch self {
        case .client: "client"
        case .dns: "name service"
        case .cdn: "content delivery network"
        case .lb: "load balancer"
        case .gateway: "gateway"
        case .service: "service"
        case .cache: "cache"
        case .dbLeader: "database leader"
        case .dbReplica: "database replica"
        case .queue: "queue"
        case .stream: "stream"
        case .worker: "worker"
        case .store: "store"
        case .lock: "lock"
        case .scheduler: "scheduler"
        case .external: "external system"
        case .unknown: "part"
        }
    }
}
