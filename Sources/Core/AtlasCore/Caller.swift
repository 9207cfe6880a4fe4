/// What an account may do; each role includes the one before.
public enum Role: String, Sendable, CaseIterable, Comparable {
    /// Learns.
    case learner
    /// Also writes diagrams, labs and incidents.
    case instructor
    /// Also manages accounts.
    case admin

    /// Orders by power.
    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .learner: 0
        case .instructor: 1
        case .admin: 2
        }
    }
}

/// A marker for identifiers of accounts.
public enum UserEntity {}
/// A marker for identifiers of sessions.
public enum SessionEntity {}
/// The id of an account.
public typealias UserID = Identifier<UserEntity>
/// The id of a session: one sign-in on one device.
public typealias SessionID = Identifier<SessionEntity>

/// On whose behalf a call is made.
///
/// Every service method that reads or writes for somebody takes one.
public struct Caller: Sendable, Equatable {
    /// A verified account.
    public struct Account: Sendable, Equatable {
        /// The account.
        public let user: UserID
        /// Its role when the token was signed.
        public let role: Role
        /// The session that the token belongs to.
        public let session: SessionID

        /// Made by the one place that verifies tokens.
        public init(user: UserID, role: Role, session: SessionID) {
            self.user = user
            self.role = role
            self.session = session
        }
    }

    /// The account, or `nil` for a visitor.
    public let account: Account?
    /// The client's network address, for throttling; empty for Atlas itself.
    public let address: String
    /// True for Atlas's own work (import, relay), which may do everything.
    public let isSystem: Bool

    /// A visitor or an account, seen at `address`.
    public init(account: Account? = nil, address: String = "") {
        self.account = account
        self.address = address
        isSystem = false
    }

    private init(system: Void) {
        account = nil
        address = ""
        isSystem = true
    }

    /// Atlas itself.
    public static let system = Caller(system: ())

    /// Returns the account, or throws `.unauthenticated` for a visitor.
    public func signedIn() throws(AtlasError) -> Account {
        guard let account else { throw AtlasError(.unauthenticated, "Sign in first.") }
        return account
    }

    /// Throws unless the caller is Atlas itself or has at least `role`.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated` for a visitor, `.forbidden` for a lesser role.
    public func require(_ role: Role) throws(AtlasError) {
        if isSystem { return }
        guard try signedIn().role >= role else {
            throw AtlasError(.forbidden, "This needs the role \(role.rawValue).")
        }
    }

    /// True if the caller is Atlas itself or has at least `role`.
    public func has(_ role: Role) -> Bool {
        isSystem || (account.map { $0.role >= role } ?? false)
    }

    /// Throws unless the caller is Atlas itself, `owner`, or an admin.
    public func requireSelf(_ owner: UserID) throws(AtlasError) {
        if isSystem { return }
        let account = try signedIn()
        guard account.user == owner || account.role >= .admin else {
            throw AtlasError(.notFound, "There is no such user.")
        }
    }
}
