import AtlasCore
import AtlasPorts
import Crypto
import Synchronization

/// A key that signs access tokens for `AuthLimits.keyRotation` and verifies them a little longer.
struct SigningKey: Sendable {
    let id: String
    let privateKey: Curve25519.Signing.PrivateKey
    let createdAt: Timestamp
}

/// The keys, kept in the database sealed with the server's secret, so that all processes share them.
final class SigningKeys: Sendable {
    private let database: any Database
    private let clock: any WallClock
    private let ids: any IDSource
    private let sealingKey: SymmetricKey
    private let known = Mutex<[SigningKey]>([])

    /// - Parameter secret: At least 32 bytes; whoever has it and the database can sign tokens.
    init(database: any Database, clock: any WallClock, ids: any IDSource, secret: [UInt8]) throws {
        guard secret.count >= 32 else {
            throw AtlasError(.invalid, "auth.secret needs at least 32 bytes.", field: "auth.secret")
        }
        self.database = database
        self.clock = clock
        self.ids = ids
        sealingKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Array("atlas signing keys 1".utf8),
            outputByteCount: 32
        )
    }

    /// The key to sign with now; makes a new one when the newest has signed long enough.
    func current() async throws -> SigningKey {
        let oldest = clock.now() + (.zero - AuthLimits.keyRotation)
        if let newest = known.withLock({ $0.last }), newest.createdAt > oldest { return newest }
        let key = SigningKey(id: ids.next(), privateKey: Curve25519.Signing.PrivateKey(), createdAt: clock.now())
        guard let sealed = try AES.GCM.seal(key.privateKey.rawRepresentation, using: sealingKey).combined else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "sealing a signing key")
        }
        // Two processes may both make a key; both are valid, and the newer signs. A recent key that was sealed with
        // another secret cannot sign here, so it does not count.
        let forgotten = oldest + (.zero - AuthLimits.accessTokenLife)
        let (id, bytes, createdAt, sealingKey) = (key.id, [UInt8](sealed), key.createdAt, sealingKey)
        let keys = try await database.write { session in
            let known = try Self.keys(in: session, sealingKey)
            if !known.contains(where: { $0.createdAt > oldest }) {
                try session.execute(
                    "INSERT INTO signing_keys (id, sealed_key, created_at) VALUES (\(id), \(bytes), \(createdAt))"
                )
            }
            try session.execute("DELETE FROM signing_keys WHERE created_at < \(forgotten)")
            return try Self.keys(in: session, sealingKey)
        }
        known.withLock { $0 = keys }
        return keys.last ?? key
    }

    /// The key with this id, or `nil`.
    ///
    /// An unknown id costs one query.
    func key(_ id: String) async throws -> SigningKey? {
        if let key = known.withLock({ $0.first { $0.id == id } }) { return key }
        let sealingKey = sealingKey
        let keys = try await database.read { try Self.keys(in: $0, sealingKey) }
        known.withLock { $0 = keys }
        return keys.first { $0.id == id }
    }

    /// The keys that this secret opens, the newest last.
    ///
    /// Tokens signed with others are no longer ours.
    private static func keys(in session: any SQLSession, _ sealingKey: SymmetricKey) throws -> [SigningKey] {
        try session.rows("SELECT id, sealed_key, created_at FROM signing_keys ORDER BY created_at, id").compactMap {
            row in
            guard let box = try? AES.GCM.SealedBox(combined: row.bytes("sealed_key")),
                let raw = try? AES.GCM.open(box, using: sealingKey),
                let privateKey = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)
            else { return nil }
            return SigningKey(
                id: try row.string("id"),
                privateKey: privateKey,
                createdAt: try row.timestamp("created_at")
            )
        }
    }
}
