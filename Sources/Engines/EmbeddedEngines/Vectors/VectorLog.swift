import AtlasCore
import AtlasPorts
import Foundation

/// The file of an index: whose it is, and every change since it was written anew.
///
/// Each change carries a checksum that also covers the one before, so that nothing is trusted that stands after a byte that is
/// not as it was written. A change that a crash cut off at the end is taken away; any other damage makes the file worthless,
/// and the index begins anew. One process has the file at a time.
struct VectorLog: ~Copyable {
    /// Whose the vectors are.
    struct Header: Equatable {
        let embedder: String
        let dimensions: Int
    }

    /// What is wrong with a file.
    enum Problem: Error {
        case damaged(at: Int)
    }

    private static let magic = Array("ATLASVEC".utf8)
    private static let version: UInt32 = 1
    private static let seed: UInt64 = 0x2545_F491_4F6C_DD1D
    /// Bytes that are written at once.
    private static let pieceBytes = 1 << 20

    private let descriptor: Int32
    private let path: String
    private var checksum: UInt64
    /// Bytes that are known to be whole.
    private(set) var length: Int
    let header: Header

    deinit { Self.release(descriptor) }

    /// Gives the lock back and closes.
    ///
    /// A child that was forked a moment ago still has the descriptor until it becomes another program, and with it the lock.
    static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        Foundation.close(descriptor)
    }

    // MARK: Making

    /// Writes a file with these changes in place of the one that is there.
    ///
    /// - Throws: `AtlasError.unavailable`.
    init(new path: String, _ header: Header, _ records: some Sequence<VectorRecord>) throws(AtlasError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let temporary = path + "~"
        unlink(temporary)
        let descriptor = Foundation.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw DurableFile.failure("open", temporary) }
        var checksum = Self.seed
        var length = 0
        do throws(AtlasError) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw DurableFile.failure("flock", temporary) }
            var piece = Self.bytes(header, &checksum)
            for record in records {
                Self.append(record, &checksum, &piece)
                guard piece.count >= Self.pieceBytes else { continue }
                try DurableFile.writeAll(piece, to: descriptor, temporary)
                length += piece.count
                piece.removeAll(keepingCapacity: true)
            }
            try DurableFile.writeAll(piece, to: descriptor, temporary)
            length += piece.count
            guard fsync(descriptor) == 0 else { throw DurableFile.failure("fsync", temporary) }
            guard rename(temporary, path) == 0 else { throw DurableFile.failure("rename", temporary) }
            try DurableFile.synchronize(folder: folder)
        } catch {
            Self.release(descriptor)
            unlink(temporary)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
        self.checksum = checksum
        self.length = length
        self.header = header
    }

    /// Opens a file and hands over its changes in order.
    ///
    /// - Returns: `nil` if there is none.
    /// - Throws: `AtlasError.unavailable` if it cannot be read or another process has it; `Problem` if it is damaged.
    static func open(_ path: String, _ body: (Header, VectorRecord) throws -> Void) throws -> VectorLog? {
        let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC | O_APPEND)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw DurableFile.failure("open", path) }
        do {
            try lock(descriptor, path)
            let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
            let (header, checksum, length) = try data.withUnsafeBytes { try read($0, body) }
            if length < data.count, ftruncate(descriptor, off_t(length)) != 0 {
                throw DurableFile.failure("ftruncate", path)
            }
            return VectorLog(descriptor, path, checksum, length, header)
        } catch {
            release(descriptor)
            throw error
        }
    }

    private init(_ descriptor: Int32, _ path: String, _ checksum: UInt64, _ length: Int, _ header: Header) {
        self.descriptor = descriptor
        self.path = path
        self.checksum = checksum
        self.length = length
        self.header = header
    }

    /// The file that is locked has to be the one that has the name.
    private static func lock(_ descriptor: Int32, _ path: String) throws(AtlasError) {
        var (mine, named) = (stat(), stat())
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &mine) == 0, stat(path, &named) == 0,
            mine.st_ino == named.st_ino
        else {
            throw AtlasError(.unavailable, "Another process uses the vector index.", detail: path)
        }
    }

    // MARK: Writing

    /// Adds changes, and returns when they are on disk.
    ///
    /// - Throws: `AtlasError.unavailable`; the file is then as before.
    mutating func append(_ records: [VectorRecord]) throws(AtlasError) {
        var (next, bytes) = (checksum, [UInt8]())
        for record in records { Self.append(record, &next, &bytes) }
        do throws(AtlasError) {
            try DurableFile.writeAll(bytes, to: descriptor, path)
            guard fdatasync(descriptor) == 0 else { throw DurableFile.failure("fdatasync", path) }
        } catch {
            // If that fails too, the half change is cut off when the file is opened.
            _ = ftruncate(descriptor, off_t(length))
            throw error
        }
        checksum = next
        length += bytes.count
    }

    private static func append(_ record: VectorRecord, _ checksum: inout UInt64, _ out: inout [UInt8]) {
        let payload = record.bytes
        let length = UInt32(truncatingIfNeeded: payload.count)
        LittleEndian.write(length, &out)
        LittleEndian.write(check(of: length, after: checksum), &out)
        checksum = Checksum.of(payload, after: checksum)
        LittleEndian.write(checksum, &out)
        out += payload
    }

    private static func bytes(_ header: Header, _ checksum: inout UInt64) -> [UInt8] {
        var bytes = magic
        LittleEndian.write(version, &bytes)
        LittleEndian.write(UInt32(truncatingIfNeeded: header.dimensions), &bytes)
        LittleEndian.write(header.embedder, &bytes)
        checksum = Checksum.of(bytes, after: checksum)
        LittleEndian.write(checksum, &bytes)
        return bytes
    }

    /// Tells a change that ends too early from one whose length is wrong.
    private static func check(of length: UInt32, after checksum: UInt64) -> UInt32 {
        var bytes: [UInt8] = []
        LittleEndian.write(length, &bytes)
        return UInt32(truncatingIfNeeded: Checksum.of(bytes, after: ~checksum))
    }

    // MARK: Reading

    private static func read(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (Header, VectorRecord) throws -> Void
    ) throws -> (header: Header, checksum: UInt64, length: Int) {
        var reader = ByteReader(bytes)
        var checksum = seed
        guard let header = header(&reader, &checksum) else { throw Problem.damaged(at: 0) }
        try changes(&reader, header, &checksum) { try body(header, $0) }
        return (header, checksum, reader.offset)
    }

    private static func header(_ reader: inout ByteReader, _ checksum: inout UInt64) -> Header? {
        guard let start = reader.some(magic.count), start.elementsEqual(magic), reader.number() == version,
            let dimensions = reader.number(), (1...UInt32(VectorIndexLimits.dimensions)).contains(dimensions),
            let embedder = reader.text()
        else { return nil }
        let header = Header(embedder: embedder, dimensions: Int(dimensions))
        _ = bytes(header, &checksum)
        return reader.wide() == checksum ? header : nil
    }

    /// Reads changes until the end, or until one that a crash has cut off; the reader stands behind the last whole one.
    private static func changes(
        _ reader: inout ByteReader,
        _ header: Header,
        _ checksum: inout UInt64,
        _ body: (VectorRecord) throws -> Void
    ) throws {
        while !reader.isAtEnd {
            var next = reader
            guard let count = next.number(), let check = next.number() else { return }
            guard check == Self.check(of: count, after: checksum) else { throw Problem.damaged(at: reader.offset) }
            guard let expected = next.wide(), let payload = next.some(Int(count)) else { return }
            let found = Checksum.of(payload, after: checksum)
            guard found == expected else {
                guard next.isAtEnd else { throw Problem.damaged(at: reader.offset) }
                return
            }
            guard let record = VectorRecord(payload, dimensions: header.dimensions) else {
                throw Problem.damaged(at: reader.offset)
            }
            try body(record)
            checksum = found
            reader = next
        }
    }
}
