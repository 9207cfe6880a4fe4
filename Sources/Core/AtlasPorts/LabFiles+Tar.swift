import AtlasCore

// The form in which homes are kept: an archive that any `tar` opens.
// Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".

extension LabFiles {
    /// The files as a tar archive; the same files give the same bytes.
    public func tar() -> [UInt8] {
        var archive: [UInt8] = []
        archive.reserveCapacity(totalBytes + 1_024 * (count + 1))
        for path in paths {
            switch self[path] {
            case .file(let bytes, let isExecutable):
                TarHeader.append(path, mode: isExecutable ? 0o755 : 0o644, kind: "0", size: bytes.count, to: &archive)
                archive += bytes
                TarHeader.pad(&archive)
            case .link(let target):
                TarHeader.append(path, mode: 0o777, kind: "2", size: 0, target: target, to: &archive)
            case .folder:
                TarHeader.append(path + "/", mode: 0o755, kind: "5", size: 0, to: &archive)
            case nil:
                continue
            }
        }
        archive += [UInt8](repeating: 0, count: 1_024)
        return archive
    }

    /// Reads an archive made by `tar()`, or by another program if it holds only files, folders and symbolic links.
    ///
    /// - Throws: `AtlasError` `.invalid` that says at which byte what is wrong: a checksum, a path that leads outside, hard
    ///   links, devices, a limit of `LabBoxLimits`.
    public init(tar archive: [UInt8]) throws {
        self.init()
        var reader = TarReader(archive: archive)
        while let entry = try reader.next() {
            do { try set(entry.file, at: entry.path) } catch let error as AtlasError {
                throw AtlasError(.invalid, "The archive is refused at byte \(entry.offset): \(error.message)")
            }
        }
    }
}

private enum TarHeader {
    static let block = 512

    static func append(
        _ path: String,
        mode: Int,
        kind: Character,
        size: Int,
        target: String = "",
        to archive: inout [UInt8]
    ) {
        var records: [UInt8] = []
        if path.utf8.count > 100 { record("path", path, to: &records) }
        if target.utf8.count > 100 { record("linkpath", target, to: &records) }
        if !records.isEmpty {
            archive += header("pax", mode: 0o644, kind: "x", size: records.count, target: "")
            archive += records
            pad(&archive)
        }
        archive += header(path, mode: mode, kind: kind, size: size, target: target)
    }

    static func pad(_ archive: inout [UInt8]) {
        let rest = archive.count % block
        if rest > 0 { archive += [UInt8](repeating: 0, count: block - rest) }
    }

    static func checksum(_ header: ArraySlice<UInt8>) -> Int {
        header.enumerated().reduce(0) { $0 + Int((148..<156).contains($1.offset) ? 32 : $1.element) }
    }

    private static func header(_ path: String, mode: Int, kind: Character, size: Int, target: String) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in text.enumerated() { header[offset + index] = byte }
        }
        put(path.utf8.prefix(100), at: 0)
        put(octal(mode, digits: 7), at: 100)
        put(octal(1_000, digits: 7), at: 108)
        put(octal(1_000, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put(String(kind).utf8, at: 156)
        put(target.utf8.prefix(100), at: 157)
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(checksum(header[...]), digits: 6) + [0, 32], at: 148)
        return header
    }

    private static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }

    /// "27 path=…\n", where the number counts itself.
    private static func record(_ key: String, _ value: String, to records: inout [UInt8]) {
        let rest = key.utf8.count + value.utf8.count + 3
        var length = rest + 1
        while String(length).utf8.count + rest > length { length += 1 }
        records += Array("\(length) \(key)=\(value)\n".utf8)
    }
}

private struct TarReader {
    let archive: [UInt8]
    private var offset = 0

    struct Entry {
        let path: String
        let file: LabFile
        let offset: Int
    }

    init(archive: [UInt8]) { self.archive = archive }

    mutating func next() throws -> Entry? {
        var extended: [String: String] = [:]
        while true {
            let start = offset
            guard let header = try header() else { return nil }
            let size = try number(header, 124, 12, at: start)
            let body = try take(size, at: start)
            let name = try extended["path"] ?? path(header, at: start)
            switch header[header.startIndex + 156] {
            case UInt8(ascii: "x"):
                extended = try records(body, at: start)
            case UInt8(ascii: "g"):
                continue
            case UInt8(ascii: "0"), 0:
                let mode = try number(header, 100, 8, at: start)
                return Entry(path: name, file: .file(Array(body), isExecutable: mode & 0o100 != 0), offset: start)
            case UInt8(ascii: "2"):
                let target = try extended["linkpath"] ?? text(field(header, 157, 100), at: start)
                return Entry(path: name, file: .link(target), offset: start)
            case UInt8(ascii: "5"):
                let folder = Self.trimmed(name)
                if folder == "." || folder.isEmpty { continue }
                return Entry(path: folder, file: .folder, offset: start)
            case let kind:
                throw refusal("“\(name)” is of kind \(kind); only files, folders and symbolic links are taken", start)
            }
        }
    }

    private func refusal(_ reason: String, _ offset: Int) -> AtlasError {
        AtlasError(.invalid, "The archive is refused at byte \(offset): \(reason).")
    }

    /// The next header, `nil` at the end.
    private mutating func header() throws -> ArraySlice<UInt8>? {
        guard offset < archive.count else { return nil }
        guard archive.count - offset >= TarHeader.block else { throw refusal("it is cut off", offset) }
        let header = archive[offset..<offset + TarHeader.block]
        if header.allSatisfy({ $0 == 0 }) { return nil }
        guard try number(header, 148, 8, at: offset) == TarHeader.checksum(header) else {
            throw refusal("the checksum of the header is wrong", offset)
        }
        offset += TarHeader.block
        return header
    }

    private mutating func take(_ size: Int, at start: Int) throws -> ArraySlice<UInt8> {
        guard size <= archive.count - offset else { throw refusal("it is cut off", start) }
        let body = archive[offset..<offset + size]
        offset = min(archive.count, (offset + size + TarHeader.block - 1) / TarHeader.block * TarHeader.block)
        return body
    }

    private func field(_ header: ArraySlice<UInt8>, _ from: Int, _ length: Int) -> ArraySlice<UInt8> {
        header[header.startIndex + from..<header.startIndex + from + length].prefix { $0 != 0 }
    }

    private func number(_ header: ArraySlice<UInt8>, _ from: Int, _ length: Int, at start: Int) throws -> Int {
        let digits = field(header, from, length).filter { $0 != 32 }
        guard let value = digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8), value >= 0 else {
            throw refusal("a number in the header is not octal", start)
        }
        return value
    }

    private func text(_ bytes: some Collection<UInt8>, at start: Int) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal("a name is not UTF-8", start)
        }
        return text
    }

    private func path(_ header: ArraySlice<UInt8>, at start: Int) throws -> String {
        let name = try text(field(header, 0, 100), at: start)
        guard field(header, 257, 6).elementsEqual("ustar".utf8) else { return Self.relative(name) }
        let prefix = try text(field(header, 345, 155), at: start)
        return Self.relative(prefix.isEmpty ? name : prefix + "/" + name)
    }

    /// Without the `./` that other programs put in front.
    private static func relative(_ path: String) -> String {
        path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }

    private static func trimmed(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private func records(_ body: ArraySlice<UInt8>, at start: Int) throws -> [String: String] {
        var records: [String: String] = [:]
        var rest = body
        while !rest.isEmpty {
            guard let space = rest.prefix(8).firstIndex(of: 32),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else { throw refusal("a pax record is broken", start) }
            let record = try text(rest[(space + 1)..<(rest.startIndex + length - 1)], at: start)
            if let equals = record.firstIndex(of: "=") {
                let value = String(record[record.index(after: equals)...])
                records[String(record[..<equals])] = value
            }
            rest = rest.dropFirst(length)
        }
        if let path = records["path"] { records["path"] = Self.relative(path) }
        return records
    }
}
