public import AtlasCore

/// Finds people to learn with.
///
/// Only accounts that have opted in are suggested, and only to accounts that have.
public protocol PeerMatching: Sendable {
    /// The caller's profile; `nil` if it never saved one.
    func profile(as caller: Caller) async throws -> PeerProfile?

    /// Replaces the caller's profile. Opting out closes its open proposals.
    ///
    /// - Throws: `AtlasError.invalid` with the field; opting in needs at least one hour.
    func save(_ profile: PeerProfile, as caller: Caller) async throws -> PeerProfile

    /// People who fit the caller best, the best first; the same data always gives the same answer.
    ///
    /// Somebody without a common hour is never suggested, nor somebody with whom a proposal was made or declined.
    ///
    /// - Throws: `AtlasError.conflict` if the caller has not opted in.
    func suggestions(as caller: Caller) async throws -> [PeerSuggestion]

    /// Open proposals by and to the caller, newest first; at most `PeerLimits.openProposals`.
    func proposals(as caller: Caller) async throws -> [PeerProposal]

    /// Proposes to learn together. If `user` has proposed the same, both have agreed.
    ///
    /// - Throws: `AtlasError` — `.notFound` if `user` has not opted in or has declined before, `.conflict` if the caller
    ///   has not opted in, `.tooMany` for the 21st open proposal.
    func propose(to user: UserID, as caller: Caller) async throws -> PeerProposal

    /// Answers the proposal of `user`. A "no" is told to nobody.
    ///
    /// - Returns: The group of the two after a "yes", `nil` after a "no".
    /// - Throws: `AtlasError.notFound` if there is no open proposal.
    func answer(_ user: UserID, accept: Bool, as caller: Caller) async throws -> StudyGroup?
}

/// Every limit of matching.
public enum PeerLimits {
    /// Suggestions of one answer.
    public static let suggestions = 10
    /// Goals of a profile.
    public static let goals = 20
    /// Characters of a goal.
    public static let goalCharacters = 1...60
    /// Hours of a week.
    public static let hours = 168
    /// Open proposals by one account.
    public static let proposals = 20
    /// Open proposals of one answer.
    public static let openProposals = 100
    /// Profiles that are compared for one answer: those that share a goal first, then those saved last.
    public static let candidates = 500
}

/// When and what somebody would like to learn with others.
public struct PeerProfile: Sendable, Equatable {
    /// Whether others may be told of it.
    public let isOptedIn: Bool
    /// Hours of the week in UTC, 0...167, 0 being Monday 00:00 to 01:00; in order, each once.
    public let hours: [Int]
    /// Topics or categories; in order, each once.
    public let goals: [String]

    /// A profile.
    public init(isOptedIn: Bool, hours: [Int], goals: [String]) {
        self.isOptedIn = isOptedIn
        self.hours = hours
        self.goals = goals
    }
}

/// Somebody to learn with.
public struct PeerSuggestion: Sendable, Equatable {
    /// Who.
    public let person: Person
    /// What the order is by; greater is better.
    public let score: Int
    /// Why, in sentences, the strongest first.
    public let reasons: [String]
    /// Hours that both can, in order.
    public let sharedHours: [Int]
    /// Goals that both have, in order.
    public let sharedGoals: [String]

    /// A suggestion.
    public init(person: Person, score: Int, reasons: [String], sharedHours: [Int], sharedGoals: [String]) {
        self.person = person
        self.score = score
        self.reasons = reasons
        self.sharedHours = sharedHours
        self.sharedGoals = sharedGoals
    }
}

/// An offer to learn together.
public struct PeerProposal: Sendable, Equatable {
    /// The other person.
    public let person: Person
    /// True if the caller made it, false if the caller is to answer it.
    public let isMine: Bool
    /// When.
    public let at: Timestamp
    /// The group of the two, once both have agreed.
    public let group: GroupID?

    /// A proposal.
    public init(person: Person, isMine: Bool, at: Timestamp, group: GroupID?) {
        self.person = person
        self.isMine = isMine
        self.at = at
        self.group = group
    }
}
