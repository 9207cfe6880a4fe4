import NIOCore

/// A file that is served from memory, plain and compressed.
struct WebFile: Sendable {
    let contentType: String
    let plain: ByteBuffer
    /// A gzip member; `nil` if that is not smaller.
    let compressed: ByteBuffer?
    /// Weak, because both forms share it.
    let entityTag: String
    let cacheControl: String

    /// A file whose name changes with its content may be kept for ever.
    static let forever = "public, max-age=31536000, immutable"
    /// Kept, but asked about before every use.
    static let revalidated = "no-cache"

    init(_ bytes: [UInt8], compressed: [UInt8]?, contentType: String, cacheControl: String) {
        self.contentType = contentType
        self.cacheControl = cacheControl
        plain = ByteBuffer(bytes: bytes)
        self.compressed = compressed.map { ByteBuffer(bytes: $0) }
        entityTag = "W/\"\(String(Self.hash(bytes), radix: 36))-\(String(bytes.count, radix: 36))\""
    }

    /// A hash of the content.
    ///
    /// Source: FNV-1a, 64 bits (G. Fowler, L. Noll, K. Vo). Nobody gains from making two of our own files collide.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Whether the client has this file already.
    func isKnown(_ ifNoneMatch: String?) -> Bool {
        guard let ifNoneMatch else { return false }
        let strong = entityTag.dropFirst(2)
        return ifNoneMatch.split(separator: ",").contains {
            let tag = $0.trimmed
            return tag == "*" || tag == entityTag || tag == strong
        }
    }
}

/// What a file is, by the end of its name.
enum ContentType {
    /// Types of text compress well; pictures and fonts are compressed already.
    static func of(_ path: String) -> (type: String, isCompressible: Bool)? {
        switch path.split(separator: ".").last.map({ $0.lowercased() }) {
        case "js", "mjs": ("text/javascript; charset=utf-8", true)
        case "css": ("text/css; charset=utf-8", true)
        case "html": ("text/html; charset=utf-8", true)
        case "json", "map": ("application/json; charset=utf-8", true)
        case "webmanifest": ("application/manifest+json; charset=utf-8", true)
        case "svg": ("image/svg+xml; charset=utf-8", true)
        case "txt": ("text/plain; charset=utf-8", true)
        case "wasm": ("application/wasm", true)
        case "woff2": ("font/woff2", false)
        case "png": ("image/png", false)
        case "jpg", "jpeg": ("image/jpeg", false)
        case "webp": ("image/webp", false)
        case "avif": ("image/avif", false)
        case "ico": ("image/x-icon", false)
        default: nil
        }
    }
}
