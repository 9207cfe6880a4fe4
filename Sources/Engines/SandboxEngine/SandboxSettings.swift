/// How `SandboxRuntime` works on this machine.
public struct SandboxSettings: Sendable {
    /// Where this Atlas keeps what its successor must know of its boxes; made if it is not there.
    public var stateFolder: String
    /// Where all processes of this machine that run boxes as root keep locks on `users`.
    ///
    /// If it cannot be made, a folder in `stateFolder` is used.
    public var userLockFolder: String
    /// The most boxes at once, 1...1,000.
    public var places: Int
    /// Users of the machine that belong to the boxes alone, if Atlas runs as root: each box that runs has one.
    public var users: ClosedRange<UInt32>
    /// The program `atlas-lab-box`; `nil` for the one beside the running program.
    public var boxProgram: String?
    /// Bubblewrap; `nil` for the one in `PATH`.
    public var bubblewrap: String?
    /// Whether to use control groups where they can be written.
    public var usesControlGroups: Bool
    /// For how long it is believed that no box can be started, before that is tried again.
    public var failureLife = Duration.seconds(30)

    /// Settings with what differs from the defaults.
    public init(
        stateFolder: String,
        places: Int = 20,
        users: ClosedRange<UInt32> = 200_000...200_999,
        userLockFolder: String = "/run/atlas/lab-users",
        boxProgram: String? = nil,
        bubblewrap: String? = nil,
        usesControlGroups: Bool = true
    ) {
        self.stateFolder = stateFolder
        self.places = min(max(places, 1), 1_000)
        self.users = users
        self.userLockFolder = userLockFolder
        self.boxProgram = boxProgram
        self.bubblewrap = bubblewrap
        self.usesControlGroups = usesControlGroups
    }
}
