public import AtlasCore
import Foundation

/// Where a service is: `https://host[:port][/path]`, or `http://` on this machine.
///
/// Plain HTTP to another machine is refused: the key would be readable on the way.
public struct CloudEndpoint: Sendable, CustomStringConvertible {
    private let base: String

    /// Reads a URL.
    ///
    /// - Throws: `AtlasError.invalid`; a URL with a name and a password in it is not quoted.
    public init(_ url: String) throws(AtlasError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw AtlasError(
                .invalid,
                "A service's address has to look like https://host/path, without a name, a password or a query."
            )
        }
        switch parts.scheme?.lowercased() {
        case "https": break
        case "http" where Self.isLoopback(host): break
        case "http": throw AtlasError(.invalid, "\(host) has to be asked over https; http is for this machine only.")
        default: throw AtlasError(.invalid, "\(host) has to be asked over https.")
        }
        base = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// The address; it holds no key.
    public var description: String { base }

    /// The whole address of a path that begins with `/`.
    func url(_ path: String, _ query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return base + path }
        let items = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return "\(base)\(path)?\(items.joined(separator: "&"))"
    }

    /// Source: RFC 3986, section 2.3.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += byte < 16 ? "%0" : "%"
                result += String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
