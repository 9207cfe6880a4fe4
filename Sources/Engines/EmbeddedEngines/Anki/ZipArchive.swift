import AtlasCore

/// Files in the ZIP format: writes them stored, reads them stored or deflated.
///
/// Source: PKWARE, "APPNOTE.TXT", 6.3.3. No encryption, no ZIP64, no split archives.
struct ZipArchive {
    private struct Entry {
        let method: Int
        let checksum: UInt32
        let packedBytes: Int
        let unpackedBytes: Int
        let headerOffset: Int
    }

    private let bytes: [UInt8]
    private let entries: [String: Entry]

    /// The names of the files.
    var names: Set<String> { Set(entries.keys) }

    /// - Parameter fileLimit: The most files that are listed.
    /// - Throws: `AtlasError.invalid`.
    init(_ bytes: [UInt8], fileLimit: Int) throws(AtlasError) {
        guard let end = Self.endRecord(bytes) else { throw Self.damaged("it is no ZIP file") }
        let count = bytes.number(16, at: end + 10)
        var place = bytes.number(32, at: end + 16)
        guard count <= fileLimit else { throw Self.damaged("it holds \(count) files; at most \(fileLimit) are read") }
        var entries: [String: Entry] = [:]
        for _ in 0..<count {
            guard place >= 0, place + 46 <= bytes.count, bytes.number(32, at: place) == 0x0201_4B50 else {
                throw Self.damaged("its list of files is damaged")
            }
            let lengths = [28, 30, 32].map { bytes.number(16, at: place + $0) }
            guard place + 46 + lengths.reduce(0, +) <= bytes.count else {
                throw Self.damaged("its list of files is cut off")
            }
            guard bytes.number(16, at: place + 8) & 1 == 0 else { throw Self.damaged("it is encrypted") }
            let name = String(decoding: bytes[place + 46..<place + 46 + lengths[0]], as: UTF8.self)
            // A second file of a name could be read by one program and not by another.
            guard entries[name] == nil else { throw Self.damaged("it holds two files of one name") }
            entries[name] = Entry(
                method: bytes.number(16, at: place + 10),
                checksum: UInt32(bytes.number(32, at: place + 16)),
                packedBytes: bytes.number(32, at: place + 20),
                unpackedBytes: bytes.number(32, at: place + 24),
                headerOffset: bytes.number(32, at: place + 42)
            )
            place += 46 + lengths.reduce(0, +)
        }
        self.bytes = bytes
        self.entries = entries
    }

    /// The content of a file; `nil` if there is none of that name.
    ///
    /// - Parameter limit: The most bytes that may come out.
    /// - Throws: `AtlasError.invalid`.
    func file(_ name: String, limit: Int) throws(AtlasError) -> [UInt8]? {
        guard let entry = entries[name] else { return nil }
        guard entry.unpackedBytes <= limit else { throw Self.tooLarge(limit) }
        let header = entry.headerOffset
        guard header + 30 <= bytes.count, bytes.number(32, at: header) == 0x0403_4B50 else {
            throw Self.damaged("a file in it is damaged")
        }
        let start = header + 30 + bytes.number(16, at: header + 26) + bytes.number(16, at: header + 28)
        guard start + entry.packedBytes <= bytes.count else { throw Self.damaged("a file in it is cut off") }
        let content = try unpack(bytes[start..<start + entry.packedBytes], entry, limit: limit)
        guard content.count == entry.unpackedBytes, CRC32.of(content) == entry.checksum else {
            throw Self.damaged("a file in it does not have its checksum")
        }
        return content
    }

    private func unpack(_ part: ArraySlice<UInt8>, _ entry: Entry, limit: Int) throws(AtlasError) -> [UInt8] {
        switch entry.method {
        case 0: return Array(part)
        case 8:
            // What the list of files promises is not believed.
            do throws(Inflate.Problem) {
                return try Inflate.unpack(part, limit: min(limit, entry.unpackedBytes))
            } catch {
                throw Self.damaged(error == .endsEarly ? "a file in it is cut off" : "a file in it cannot be unpacked")
            }
        default: throw Self.damaged("a file in it is packed in a way that is not known here")
        }
    }

    /// The place of the record that ends the archive, looked for from the end.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 22 else { return nil }
        let first = max(0, bytes.count - 22 - 0xFFFF)
        return stride(from: bytes.count - 22, through: first, by: -1).first { place in
            bytes.number(32, at: place) == 0x0605_4B50
                && place + 22 + bytes.number(16, at: place + 20) <= bytes.count
                && bytes.number(16, at: place + 4) == 0
        }
    }

    private static func damaged(_ what: String) -> AtlasError {
        AtlasError(.invalid, "The package cannot be read: \(what).", field: "package")
    }

    private static func tooLarge(_ limit: Int) -> AtlasError {
        damaged("a file in it has more than \(limit / 1_024 / 1_024) MiB")
    }

    // MARK: - Writing

    /// An archive of these files, stored as they are.
    ///
    /// Each must be smaller than 4 GiB, all together too; that is for the caller to see to.
    static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var (bytes, list): ([UInt8], [UInt8]) = ([], [])
        for file in files {
            let (name, checksum) = (Array(file.name.utf8), CRC32.of(file.content))
            let offset = bytes.count
            var common: [UInt8] = []
            // Version 2.0, names in UTF-8, stored, the first moment that the format knows.
            common.append(20, as: 16)
            common.append(1 << 11, as: 16)
            common.append(0, as: 16)
            common.append(0, as: 16)
            common.append(0x21, as: 16)
            common.append(Int(checksum), as: 32)
            common.append(file.content.count, as: 32)
            common.append(file.content.count, as: 32)
            common.append(name.count, as: 16)
            common.append(0, as: 16)
            bytes.append(0x0403_4B50, as: 32)
            bytes += common + name + file.content
            list.append(0x0201_4B50, as: 32)
            list.append(20, as: 16)
            list += common
            list += Array(repeating: 0, count: 10)
            list.append(offset, as: 32)
            list += name
        }
        let start = bytes.count
        bytes += list
        bytes.append(0x0605_4B50, as: 32)
        bytes.append(0, as: 32)
        bytes.append(files.count, as: 16)
        bytes.append(files.count, as: 16)
        bytes.append(list.count, as: 32)
        bytes.append(start, as: 32)
        bytes.append(0, as: 16)
        return bytes
    }
}

/// The checksum of ZIP files.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}

extension [UInt8] {
    /// A number of 16 or 32 bits, the lowest byte first; the caller has checked that it is there.
    fileprivate func number(_ bits: Int, at place: Int) -> Int {
        (0..<bits / 8).reduce(0) { $0 | Int(self[place + $1]) << ($1 * 8) }
    }

    fileprivate mutating func append(_ number: Int, as bits: Int) {
        for index in 0..<bits / 8 { append(UInt8(truncatingIfNeeded: number >> (index * 8))) }
    }
}
