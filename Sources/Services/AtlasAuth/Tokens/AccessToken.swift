import AtlasCore
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What an access token says.
struct AccessClaims: Codable, Equatable {
    let iss: String
    let sub: String
    let sid: String
    let role: String
    /// Seconds since the epoch.
    let iat: Int64
    let exp: Int64

    static let issuer = "atlas"
}

/// The compact serialisation of a JSON Web Token signed with Ed25519.
///
/// Source: RFC 7519, RFC 8037.
///
/// The algorithm is fixed: a token that names another is refused before anything else is read from it.
enum AccessToken {
    private struct Header: Codable {
        let alg: String
        let typ: String
        let kid: String
    }

    static func sign(_ claims: AccessClaims, with key: SigningKey) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = Base64URL.encode(try encoder.encode(Header(alg: "EdDSA", typ: "JWT", kid: key.id)))
        let payload = Base64URL.encode(try encoder.encode(claims))
        let signed = "\(header).\(payload)"
        return "\(signed).\(Base64URL.encode(try key.privateKey.signature(for: Data(signed.utf8))))"
    }

    /// The key's id in the token's header, or `nil` if the token is not one of ours.
    static func keyID(of token: String) -> String? {
        guard token.utf8.count <= AuthLimits.tokenBytes, let dot = token.firstIndex(of: "."),
            let bytes = Base64URL.decode(token[..<dot]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes)),
            header.alg == "EdDSA", header.typ == "JWT"
        else { return nil }
        return header.kid
    }

    /// The claims, if `key` signed them; expiry is the caller's to check.
    static func verify(_ token: String, with key: SigningKey) -> AccessClaims? {
        let parts = token.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]), let payload = Base64URL.decode(parts[1]),
            key.privateKey.publicKey.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)),
            let claims = try? JSONDecoder().decode(AccessClaims.self, from: Data(payload)),
            claims.iss == AccessClaims.issuer
        else { return nil }
        return claims
    }
}
