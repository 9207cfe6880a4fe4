import AtlasCore

/// How many labs may run, how long, and with how much of the machine.
public struct LabSettings: Sendable {
    /// Runs of one account that wait or run, at most.
    public var perAccount = 2
    /// Boxes in which learners work at once, at most; fewer if the runtime has fewer places.
    public var maximum = 20
    /// Memory that these boxes may use together, as measured.
    public var memoryBudgetBytes: Int64 = 2 << 30
    /// Memory of the machine that labs leave alone.
    public var memoryReserveBytes: Int64 = 256 << 20
    /// Runs that wait, at most.
    public var queueLength = 100
    /// Boxes that are being started at once.
    public var startsAtOnce = 4

    /// How long a run may last, before it is extended.
    public var totalTime = Duration.seconds(2 * 3_600)
    /// How long nothing may be typed, saved or checked.
    public var idleTime = Duration.seconds(30 * 60)
    /// By how much `extend` moves the end.
    public var extensionTime = Duration.seconds(30 * 60)
    /// How often that may be done in a run.
    public var extensions = 3

    /// How often files that changed are kept.
    public var snapshotInterval = Duration.seconds(30)
    /// How often it is measured what a run uses.
    public var usageInterval = Duration.seconds(2)
    /// How often a process says that it still has its runs.
    public var heartbeatInterval = Duration.seconds(10)
    /// After which silence a process counts as gone.
    public var heartbeatLife = Duration.seconds(40)

    /// How long setting up may take.
    public var setupTime = Duration.seconds(20)
    /// Gradings at once.
    public var gradingsAtOnce = 2
    /// Gradings that wait for one of these.
    public var gradingsWaiting = 20
    /// How long a request waits for a grading before it is answered that it goes on; shorter than any request may take.
    public var answerTime = Duration.seconds(20)
    /// How long the files of a lab are kept that nobody touches.
    public var keptTime = Duration.seconds(180 * 86_400)
    /// Recordings kept of one learner and lab.
    public var recordingsKept = 5

    /// The defaults.
    public init() {}
}

/// Limits that no operator needs to change.
enum LabServiceLimits {
    /// Output of a checker that is read.
    static let checkerBytes = 256 * 1_024
    /// Lines of a checker that are read.
    static let checkerLines = 200
    /// One line of a checker.
    static let checkerLineBytes = 16 * 1_024
    /// The highest rung that a checker may name.
    static let rungs = 99
    /// Characters of what a criterion observed or expected.
    static let observationCharacters = 2_000
    /// What set-up and checker say on standard error, for the log.
    static let complaintBytes = 4 * 1_024
    /// Memory that a run of a lab is expected to use before one was measured.
    static let expectedMemoryBytes: Int64 = 64 << 20
    /// Measurements kept for estimates.
    static let samples = 100
    /// Gradings whose end is remembered for those who follow them.
    static let gradingsRemembered = 500
    /// Attempts in a list.
    static let attemptsListed = 50
    /// Frames of a recording.
    static let recordedFrames = 20_000
    /// Bytes per second that a terminal may show while nobody looks.
    static let unwatchedBytesPerSecond = 1 << 20
    /// Old blobs of a home that are looked for at once.
    static let strayBlobs = 200
    /// Bytes of learners' files in an export, which is made in memory and may grow sixfold as JSON.
    static let exportedBytes = 8 << 20
    /// Homes that are removed for their age at once.
    static let agedHomes = 100
}
