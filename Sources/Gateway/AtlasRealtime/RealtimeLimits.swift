import AtlasAPI
public import AtlasHTTP

/// Every limit of the live connection.
public struct RealtimeLimits: Sendable {
    /// How many of something may come in the long run, and at once.
    public struct Rate: Sendable {
        /// Per second in the long run.
        public var perSecond: Double
        /// At once.
        public var burst: Double

        /// A rate.
        public init(perSecond: Double, burst: Double) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    /// Events of one socket of all kinds; cursor and drawing are in it, so it is above their limits together.
    public var socketRate = SocketIOOptions.EventRate(perSecond: 150, burst: 300, patience: .seconds(10))
    /// Events of one account but cursor and drawing.
    public var events = Rate(perSecond: 50, burst: 100)
    /// Messages, edits, deletions and reactions of one account.
    public var chat = Rate(perSecond: 5, burst: 10)
    /// Groups, boards and diagrams that one account opens.
    public var joins = Rate(perSecond: 20.0 / 60, burst: 20)
    /// Pushes to boards of one account.
    public var pushes = Rate(perSecond: 60, burst: 120)
    /// Bytes of those pushes.
    public var pushBytes = Rate(perSecond: 200_000, burst: 400_000)
    /// Cursor positions of one account; more are dropped without a word.
    public var pointers = Rate(perSecond: 30, burst: 30)
    /// Events of one account's terminals: keys, sizes, and what was seen.
    public var terminalEvents = Rate(perSecond: 100, burst: 200)
    /// Questions of one account to the tutor.
    public var questions = Rate(perSecond: 0.5, burst: 10)
    /// Handshakes of one address.
    public var handshakes = Rate(perSecond: 10, burst: 60)

    /// Pushes of one socket that are not stored yet.
    public var pushesUnderWay = 200
    /// Sockets of one account.
    public var socketsPerAccount = 20
    /// Boards and diagrams that one socket has open.
    public var placesPerSocket = 50
    /// Terminals that one socket looks at.
    public var terminalsPerSocket = 5
    /// Answers that one socket follows.
    public var answersPerSocket = TutorLimits.atOnce
    /// Ids in a selection.
    public var selection = 100
    /// Bytes of an id from outside.
    public var idBytes = 200

    /// How often cursors are sent on.
    public var pointerInterval = Duration.milliseconds(40)
    /// How often tokens and sessions are looked at.
    public var sweepInterval = Duration.seconds(5)
    /// How long before its token expires a client is told.
    public var expiryNotice = Duration.seconds(60)
    /// How often a group's members are told how far log and board have come.
    public var headInterval = Duration.seconds(15)
    /// How often presence is looked at.
    public var presenceTick = Duration.seconds(1)
    /// How often a process tells the others who is there.
    public var presenceInterval = Duration.seconds(15)
    /// How long what a process told is believed.
    public var presenceLife = Duration.seconds(45)
    /// How long somebody who is gone is said to be there: a page that is loaded again must not flicker.
    public var presenceGrace = Duration.seconds(10)
    /// After which time without a sign somebody is away.
    public var awayAfter = Duration.seconds(300)
    /// When a channel that could not be heard is tried again.
    public var retryInterval = Duration.seconds(1)
    /// Over which time clients come back after a restart.
    public var reconnectSpread = 15_000

    /// The defaults.
    public init() {}
}
