public import AtlasCore

/// What a service holds about one account, to be handed out and to be forgotten.
public protocol PersonalData: Sendable {
    /// A short name of the service, unique, as in `reviews`.
    var section: String { get }

    /// Everything about `user`, complete and readable without Atlas; tables without rows may be left out.
    ///
    /// Secrets (hashes of passwords, tokens) are not handed out.
    func export(of user: UserID) async throws -> [PersonalTable]

    /// Forgets everything about `user`, in as few transactions as possible.
    ///
    /// Doing it again changes nothing, so a deletion that broke off is done again from the start.
    func delete(of user: UserID) async throws
}

/// Rows of one table about one account.
public struct PersonalTable: Sendable, Equatable {
    /// The table's name.
    public let name: String
    /// What stands in the rows, in their order.
    public let columns: [String]
    /// As many values each as there are columns.
    public let rows: [[PersonalValue]]

    /// A table.
    public init(name: String, columns: [String], rows: [[PersonalValue]]) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}

/// One value of an exported row.
public enum PersonalValue: Sendable, Equatable {
    /// Nothing is stored.
    case null
    /// A text; a moment is ISO 8601.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// A number.
    case number(Double)
    /// Yes or no.
    case flag(Bool)
}

/// Asks for the password again before something that cannot be undone.
public protocol PasswordCheck: Sendable {
    /// Throws unless `password` is that of the caller's account; counts as an attempt to sign in.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`, `.forbidden` for a wrong password, `.tooMany`.
    func checkPassword(_ password: String, as caller: Caller) async throws

    /// Throws `AtlasError.conflict` if the account is the only admin: nobody could manage Atlas without it.
    func checkDispensable(_ user: UserID) async throws
}

/// Hands out and forgets what all of Atlas holds about an account.
public protocol Privacy: Sendable {
    /// Everything about the caller's account as one JSON document.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`; `.tooMany` for more than `PrivacyLimits.exportsPerHour`.
    func export(as caller: Caller) async throws -> DataExport

    /// Forgets the caller's account and everything about it, and ends its sessions.
    ///
    /// - Parameter password: The account's, again, because this cannot be undone.
    /// - Throws: `AtlasError` — `.unauthenticated`; `.forbidden` for a wrong password; `.conflict` for the last admin and
    ///   for the owner of a group with other members but no other owner.
    func deleteAccount(password: String, as caller: Caller) async throws
}

/// Limits of `Privacy`.
public enum PrivacyLimits {
    /// Exports of one account in an hour.
    public static let exportsPerHour = 6
    /// Rows of one table; an account with more gets the newest and a note.
    public static let rows = 200_000
}

/// Everything about an account.
public struct DataExport: Sendable, Equatable {
    /// A name for the file, as in `atlas-data-2026-11-30.json`.
    public let fileName: String
    /// The document.
    public let json: String
    /// When it was made.
    public let at: Timestamp

    /// An export.
    public init(fileName: String, json: String, at: Timestamp) {
        self.fileName = fileName
        self.json = json
        self.at = at
    }
}
