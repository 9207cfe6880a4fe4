import AtlasAPI
import AtlasCore
import AtlasPorts
import Crypto

/// The rules for paths that clients name.
enum HomePath {
    /// - Throws: `AtlasError` `.invalid` for a path that is no relative path below the home.
    static func check(_ path: String) throws {
        guard path.utf8.count <= LabFileLimits.pathBytes else {
            throw AtlasError(.invalid, "A path has at most \(LabFileLimits.pathBytes) bytes.", field: "path")
        }
        guard !path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw AtlasError(.invalid, "A path has no control characters.", field: "path")
        }
        do {
            try LabFiles.check(path)
        } catch let error as AtlasError {
            throw AtlasError(error.code, error.message, field: "path")
        }
    }
}

extension LabHomeFile {
    init(_ path: String, _ bytes: [UInt8]) {
        self.init(
            path: path,
            bytes: Int64(bytes.count),
            version: bytes.contentVersion,
            isText: bytes.count <= LabFileLimits.contentBytes && bytes.isText
        )
    }
}

extension LabFileContent {
    init(_ path: String, _ bytes: [UInt8]) {
        self.init(
            path: path,
            content: String(decoding: bytes.prefix(LabFileLimits.contentBytes), as: UTF8.self),
            version: bytes.contentVersion,
            isTruncated: bytes.count > LabFileLimits.contentBytes
        )
    }
}

extension LabFiles {
    /// Regular files as a client sees them, by path.
    var listing: [LabHomeFile] {
        var files: [LabHomeFile] = []
        for path in paths where files.count < LabFileLimits.listed {
            if let bytes = self[path]?.bytes { files.append(LabHomeFile(path, bytes)) }
        }
        return files
    }
}

extension [UInt8] {
    /// The first half of the SHA-256 of the content, in hexadecimal digits.
    fileprivate var contentVersion: String {
        SHA256.hash(data: self).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        .joined()
    }

    fileprivate var isText: Bool { !contains(0) && String(validating: self, as: UTF8.self) != nil }
}

/// Checks a write against what the writer had read.
///
/// - Throws: `AtlasError` `.conflict`.
func requireUnchanged(_ path: String, _ current: HomeFile?, version: String?) throws {
    switch (current, version) {
    case (nil, nil): return
    case (nil, _?): throw AtlasError(.conflict, "“\(path)” is no longer there.", field: "version")
    case (_?, nil): throw AtlasError(.conflict, "“\(path)” exists already; read it first.", field: "version")
    case (let file?, let version?):
        guard let bytes = file.bytes else {
            throw AtlasError(.conflict, "“\(path)” is a folder or a link.", field: "path")
        }
        guard bytes.contentVersion == version else {
            throw AtlasError(.conflict, "“\(path)” was changed in the meantime.", field: "version")
        }
    }
}
