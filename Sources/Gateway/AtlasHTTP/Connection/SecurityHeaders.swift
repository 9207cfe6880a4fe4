/// The headers that every response has, whatever it is.
enum SecurityHeaders {
    /// Nothing but our own files, and no inline scripts or styles; WebAssembly is allowed, JavaScript's `eval` is not.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static let all: [(name: String, value: String)] = [
        ("content-security-policy", contentSecurityPolicy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]

    /// Two years, as browsers' preload lists want it.
    static let strictTransport = (name: "strict-transport-security", value: "max-age=63072000; includeSubDomains")

    /// All of them as they stand in a response's header, encoded once.
    static func block(isSecure: Bool) -> [UInt8] {
        let headers = all + (isSecure ? [strictTransport] : [])
        return headers.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
    }
}
