import AtlasCore
public import AtlasPorts
import CArgon2
import Dispatch
import Foundation
import Synchronization

/// Argon2id through libargon2.
///
/// Work runs on threads of its own, as many as there are cores: serial queues, because on Linux a concurrent queue takes
/// its threads from the pool that runs Swift's tasks.
///
/// Source: RFC 9106; parameters from OWASP's Password Storage Cheat Sheet.
public final class Argon2Hasher: PasswordHasher {
    /// The cost of one hash.
    public struct Parameters: Sendable, Equatable {
        /// Memory in KiB.
        public let memory: UInt32
        /// Passes over the memory.
        public let passes: UInt32
        /// Lanes.
        public let lanes: UInt32

        /// A cost.
        public init(memory: UInt32 = 19_456, passes: UInt32 = 2, lanes: UInt32 = 1) {
            self.memory = memory
            self.passes = passes
            self.lanes = lanes
        }
    }

    /// Hashes that may run and wait; one more is refused.
    public static let waitingLimit = 256
    private static let saltBytes = 16
    private static let hashBytes = 32
    private static let encodedBytes = 256

    private let parameters: Parameters
    private let waitingLimit: Int
    private let threads: [DispatchQueue]
    /// How much each thread has to do, the running work included.
    private let loads: Mutex<[Int]>

    /// New hashes cost `parameters`; old ones are verified with their own.
    public init(_ parameters: Parameters = Parameters(), waitingLimit: Int = Argon2Hasher.waitingLimit) {
        self.parameters = parameters
        self.waitingLimit = waitingLimit
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        threads = (0..<cores).map { DispatchQueue(label: "atlas.argon2.\($0)") }
        loads = Mutex(Array(repeating: 0, count: cores))
    }

    /// A hash in the PHC string format, with algorithm, parameters and salt.
    public func hash(_ password: String) async throws -> String {
        let parameters = parameters
        return try await onThread {
            var generator = SystemRandomNumberGenerator()
            let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            var bytes = Array(password.utf8)
            defer { Self.wipe(&bytes) }
            var encoded = [CChar](repeating: 0, count: Self.encodedBytes)
            let code = argon2id_hash_encoded(
                parameters.passes,
                parameters.memory,
                parameters.lanes,
                bytes,
                bytes.count,
                salt,
                salt.count,
                Self.hashBytes,
                &encoded,
                encoded.count
            )
            guard code == ARGON2_OK.rawValue else { throw Self.failure(code) }
            return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Whether the password made the hash; the library compares in constant time.
    public func verify(_ password: String, against hash: String) async throws -> Bool {
        try await onThread {
            var bytes = Array(password.utf8)
            defer { Self.wipe(&bytes) }
            let code = argon2id_verify(hash, bytes, bytes.count)
            if code == ARGON2_OK.rawValue { return true }
            if code == ARGON2_VERIFY_MISMATCH.rawValue { return false }
            throw Self.failure(code)
        }
    }

    /// True if the hash was made with less memory or fewer passes.
    public func needsRehash(_ hash: String) -> Bool {
        let parts = hash.split(separator: "$")
        guard parts.count == 5, parts[0] == "argon2id" else { return true }
        var found: [Substring: UInt32] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=")
            if sides.count == 2 { found[sides[0]] = UInt32(sides[1]) }
        }
        return (found["m"] ?? 0) < parameters.memory || (found["t"] ?? 0) < parameters.passes
    }

    private func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let freest = loads.withLock { loads -> Int? in
            guard loads.reduce(0, +) < waitingLimit else { return nil }
            let freest = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[freest] += 1
            return freest
        }
        guard let freest else {
            throw AtlasError(.tooMany, "Many people are signing in just now. Try again.", retryAfter: .seconds(5))
        }
        return try await withCheckedThrowingContinuation { continuation in
            threads[freest].async { [self] in
                let result = Swift.Result { try work() }
                loads.withLock { $0[freest] -= 1 }
                continuation.resume(with: result)
            }
        }
    }

    /// Overwrites a copy of a password, in a way that the compiler may not leave out.
    private static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            #if canImport(Darwin)
            memset_s(start, buffer.count, 0, buffer.count)
            #else
            explicit_bzero(start, buffer.count)
            #endif
        }
    }

    private static func failure(_ code: Int32) -> AtlasError {
        AtlasError(
            .internalError,
            "Something went wrong on our side.",
            detail: "argon2: \(argon2_error_message(code).map { String(cString: $0) } ?? "\(code)")"
        )
    }
}
