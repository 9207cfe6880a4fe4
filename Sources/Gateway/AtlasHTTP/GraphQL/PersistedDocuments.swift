import AtlasCore
import Crypto
import GraphQL
import NIOHTTP1
import Synchronization

/// Documents that clients name by the SHA-256 of their text.
///
/// With a list of allowed documents nothing else is executed. Without one, a document that came with its hash is kept,
/// and the least used are forgotten; a client that names a forgotten one is told so and sends it again.
final class PersistedDocuments: Sendable {
    /// Two generations: what was used since the last change of generations, and what was used in the one before.
    private struct Kept {
        var young: [String: String] = [:]
        var old: [String: String] = [:]
        var youngBytes = 0

        mutating func keep(_ text: String, _ hash: String, halfBytes: Int) {
            guard young.updateValue(text, forKey: hash) == nil else { return }
            youngBytes += text.utf8.count + hash.utf8.count
            guard youngBytes > halfBytes else { return }
            (old, young, youngBytes) = (young, [:], 0)
        }
    }

    private let allowed: [String: String]?
    private let halfBytes: Int
    private let kept = Mutex(Kept())

    /// - Parameter allowed: By any name that a client may use as `documentId`; each is also known by its hash.
    init(allowed: [String: String]?, limitBytes: Int) {
        self.allowed = allowed.map { list in
            list.merging(list.values.map { (Self.hash($0), $0) }) { given, _ in given }
        }
        halfBytes = limitBytes / 2
    }

    /// The operation with its document's text.
    func request(_ operation: GraphQLOperation) throws(GraphQLRefusal) -> GraphQL.Request {
        GraphQL.Request(query: try text(operation), operationName: operation.name, variables: operation.variables)
    }

    private func text(_ operation: GraphQLOperation) throws(GraphQLRefusal) -> String {
        if operation.hash == nil, allowed == nil, let query = operation.query { return query }
        guard let query = operation.query else { return try named(operation.hash ?? "") }
        let hash = Self.hash(query)
        guard operation.hash == nil || operation.hash == hash else {
            throw GraphQLRefusal(.badRequest, "The given hash is not the document's SHA-256.", code: .invalid)
        }
        if let allowed {
            guard allowed[hash] != nil else {
                throw GraphQLRefusal(
                    .forbidden,
                    "This server answers only the documents on its list, and this is none of them.",
                    code: "DOCUMENT_NOT_ALLOWED"
                )
            }
        } else if query.utf8.count <= halfBytes / 8 {
            kept.withLock { $0.keep(query, hash, halfBytes: halfBytes) }
        }
        return query
    }

    private func named(_ hash: String) throws(GraphQLRefusal) -> String {
        if let allowed {
            if let text = allowed[hash] { return text }
        } else {
            let text = kept.withLock { kept -> String? in
                if let text = kept.young[hash] { return text }
                guard let text = kept.old[hash] else { return nil }
                kept.keep(text, hash, halfBytes: halfBytes)
                return text
            }
            if let text { return text }
        }
        // The words that clients of this convention look for.
        throw GraphQLRefusal(.badRequest, "PersistedQueryNotFound", code: "PERSISTED_QUERY_NOT_FOUND")
    }

    /// The SHA-256 of a document's text, in hexadecimal digits.
    static func hash(_ text: String) -> String {
        let digits: StaticString = "0123456789abcdef"
        var bytes: [UInt8] = []
        for byte in SHA256.hash(data: Array(text.utf8)) {
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
