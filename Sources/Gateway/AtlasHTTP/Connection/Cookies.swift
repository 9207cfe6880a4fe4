import AtlasGraphQL
import NIOHTTP1

/// The two cookies of a browser that is signed in.
enum Cookies {
    /// Holds the refresh token; scripts cannot read it, and only `/graphql` receives it.
    static let refresh = "atlas_refresh"
    /// Tells scripts that there is a session worth refreshing; holds no secret.
    static let marker = "atlas_signed_in"

    /// The refresh token that the browser sent.
    static func refreshToken(_ headers: HTTPHeaders) -> String? {
        for header in headers["cookie"] {
            for pair in header.split(separator: ";") {
                let pair = pair.trimmed
                guard pair.hasPrefix(refresh + "=") else { continue }
                let value = pair.dropFirst(refresh.count + 1)
                return value.isEmpty ? nil : String(value)
            }
        }
        return nil
    }

    /// The headers that carry out a change.
    static func headers(_ change: RequestContext.CookieChange, isSecure: Bool) -> [(name: String, value: String)] {
        let (token, seconds): (String, Int64) =
            switch change {
            case .set(let token, let life): (token, max(0, life.components.seconds))
            case .clear: ("", 0)
            }
        // A token that a cookie cannot hold is a defect of the issuer; half a cookie would be a worse one.
        guard token.utf8.allSatisfy(isCookieByte) else { return [] }
        let end = "; SameSite=Strict; Max-Age=\(seconds)" + (isSecure ? "; Secure" : "")
        return [
            ("set-cookie", "\(refresh)=\(token); Path=/graphql; HttpOnly" + end),
            ("set-cookie", "\(marker)=\(token.isEmpty ? "" : "1"); Path=/" + end),
        ]
    }

    /// Source: RFC 6265, "cookie-octet".
    private static func isCookieByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: true
        default: false
        }
    }
}
