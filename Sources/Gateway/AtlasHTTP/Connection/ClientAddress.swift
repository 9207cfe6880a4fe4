import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds out who a request comes from: the other end of the socket, or whom a trusted proxy names.
struct ClientAddress: Sendable {
    private let proxies: [Network]

    /// - Parameter trustedProxies: Addresses and networks; what is neither is an error.
    init(trustedProxies: [String]) throws {
        proxies = try trustedProxies.map { text in
            guard let network = Network(text) else { throw ServerError.notANetwork(text) }
            return network
        }
    }

    /// The client's address, and whether its connection is encrypted as far as the proxy knows.
    ///
    /// `X-Forwarded-For` is read from its end: every trusted proxy adds the address it saw, so the last one that is no
    /// proxy of ours is the client. What stands before it could be the client's invention.
    ///
    /// - Parameter peer: The address of the other end of the socket.
    func resolve(peer: String, _ headers: HTTPHeaders) -> (address: String, isSecure: Bool) {
        guard !proxies.isEmpty, isTrusted(peer) else { return (peer, false) }
        let isSecure = headers[canonicalForm: "x-forwarded-proto"].last?.lowercased() == "https"
        var client = peer
        for hop in headers[canonicalForm: "x-forwarded-for"].reversed() {
            guard let address = IPAddress(hop) else { break }
            client = address.text
            guard isTrusted(client) else { break }
        }
        return (client, isSecure)
    }

    /// What requests from an address are counted under: an IPv4 address itself, also one that is mapped into IPv6, and
    /// of an IPv6 address its network.
    ///
    /// Whoever has one IPv6 address has 2^64 of them, so that a limit for each would be none.
    static func limitKey(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        guard let known = IPAddress(address.prefix { $0 != "%" }) else { return address }
        guard known.bytes.count == 16 else { return known.text }
        let groups = stride(from: 0, to: 8, by: 2)
            .map { String(UInt16(known.bytes[$0]) << 8 | UInt16(known.bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let address = IPAddress(address) else { return false }
        return proxies.contains { $0.contains(address) }
    }
}

/// An address of version 4 or 6.
private struct IPAddress {
    let bytes: [UInt8]
    let text: String

    /// Reads `192.0.2.1`, `2001:db8::1` and, from proxies, `[2001:db8::1]:443` and `192.0.2.1:443`.
    init?(_ text: some StringProtocol) {
        var text = Substring(text)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.utf8.filter({ $0 == UInt8(ascii: ":") }).count == 1, let colon = text.firstIndex(of: ":") {
            text = text[..<colon]
        }
        if let version4 = Self.bytes(text, AF_INET, count: 4) {
            bytes = version4
        } else if let version6 = Self.bytes(text, AF_INET6, count: 16) {
            // A version 4 address, seen on a version 6 socket.
            bytes = version6.starts(with: Self.mappedPrefix) ? Array(version6.dropFirst(12)) : version6
        } else {
            return nil
        }
        self.text = bytes.count == 4 ? bytes.map { "\($0)" }.joined(separator: ".") : text.lowercased()
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    private static func bytes(_ text: Substring, _ family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, String(text), &bytes) == 1 ? bytes : nil
    }
}

private struct Network: Sendable {
    let bytes: [UInt8]
    let bits: Int

    /// Reads an address or `address/bits`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = IPAddress(first) else { return nil }
        bytes = address.bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { return nil }
        self.bits = bits
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        var left = bits
        for (mine, other) in zip(bytes, address.bytes) {
            guard left > 0 else { return true }
            let mask = left >= 8 ? UInt8.max : ~(UInt8.max >> UInt8(left))
            guard mine & mask == other & mask else { return false }
            left -= 8
        }
        return true
    }
}
