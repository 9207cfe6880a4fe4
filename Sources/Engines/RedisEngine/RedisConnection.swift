import AtlasCore
import CHiredis
import Glibc

/// What a server answers to one command.
enum RedisReply: Sendable, Equatable {
    case none
    case integer(Int64)
    case bytes([UInt8])
    case list([RedisReply])
    /// The server refused the command; its own words, which never hold a value of ours.
    case refused(String)

    /// Deeper lists are no answer to anything that is asked here.
    private static let maxDepth = 4

    init(_ pointer: UnsafeMutablePointer<redisReply>, depth: Int = 0) {
        let reply = pointer.pointee
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .bytes(Self.bytes(reply))
        case REDIS_REPLY_ERROR: self = .refused(String(decoding: Self.bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY where depth < Self.maxDepth:
            self = .list(
                (0..<reply.elements).map { index in
                    reply.element?[index].map { RedisReply($0, depth: depth + 1) } ?? .none
                }
            )
        default: self = .none
        }
    }

    private static func bytes(_ reply: redisReply) -> [UInt8] {
        guard let text = reply.str else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: text, count: Int(reply.len)))
    }
}

/// One connection; used by one thread at a time, and of no more use after an error.
final class RedisConnection {
    /// How long to wait for a connection, and for an answer.
    static let patience = timeval(tv_sec: 2, tv_usec: 0)

    private let context: UnsafeMutablePointer<redisContext>

    /// The socket, to be waited for.
    var descriptor: Int32 { context.pointee.fd }

    /// Connects, signs in and chooses the database.
    ///
    /// - Throws: `AtlasError.unavailable`.
    init(_ address: RedisAddress) throws(AtlasError) {
        guard let context = redisConnectWithTimeout(address.host, Int32(address.port), Self.patience) else {
            throw Self.unavailable("no memory for a connection")
        }
        self.context = context
        guard context.pointee.err == 0 else { throw failure() }
        redisSetTimeout(context, Self.patience)
        redisEnableKeepAlive(context)
        if !address.password.isEmpty {
            let names = address.user.isEmpty ? [] : [address.user]
            try demand(["AUTH"] + names + [address.password])
        }
        if address.database != 0 { try demand(["SELECT", String(address.database)]) }
    }

    deinit { redisFree(context) }

    private func demand(_ words: [String]) throws(AtlasError) {
        append(words.map { Array($0.utf8) })
        // The server's words may quote what was sent, so they are not passed on.
        if case .refused = try nextReply() { throw Self.unavailable("\(words[0]) was refused") }
    }

    /// Puts a command behind those that wait to be sent.
    func append(_ words: [[UInt8]]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(16) { $0 + $1.count + 16 })
        bytes += "*\(words.count)\r\n".utf8
        for word in words {
            bytes += "$\(word.count)\r\n".utf8
            bytes += word
            bytes += [0x0D, 0x0A]
        }
        bytes.withUnsafeBytes { raw in
            _ = redisAppendFormattedCommand(context, raw.assumingMemoryBound(to: CChar.self).baseAddress, raw.count)
        }
    }

    /// Sends what waits, and waits for the next answer.
    ///
    /// - Throws: `AtlasError.unavailable`.
    func nextReply() throws(AtlasError) -> RedisReply {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw failure() }
        defer { freeReplyObject(reply) }
        return RedisReply(reply.assumingMemoryBound(to: redisReply.self))
    }

    /// Sends what waits.
    ///
    /// - Throws: `AtlasError.unavailable`.
    func flush() throws(AtlasError) {
        var isDone: Int32 = 0
        while isDone == 0 {
            guard redisBufferWrite(context, &isDone) == REDIS_OK else { throw failure() }
        }
    }

    /// Reads what is there, after the descriptor was found readable, and takes the answers that are whole.
    ///
    /// - Throws: `AtlasError.unavailable`.
    func readAvailable() throws(AtlasError) -> [RedisReply] {
        guard redisBufferRead(context) == REDIS_OK else { throw failure() }
        var replies: [RedisReply] = []
        while true {
            var reply: UnsafeMutableRawPointer?
            guard redisGetReplyFromReader(context, &reply) == REDIS_OK else { throw failure() }
            guard let reply else { return replies }
            replies.append(RedisReply(reply.assumingMemoryBound(to: redisReply.self)))
            freeReplyObject(reply)
        }
    }

    private func failure() -> AtlasError {
        let reason = withUnsafeBytes(of: context.pointee.errstr) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        return Self.unavailable(reason)
    }

    static func unavailable(_ detail: String) -> AtlasError {
        AtlasError(.unavailable, "Something that Atlas needs is away just now. Try again.", detail: "redis: \(detail)")
    }
}
