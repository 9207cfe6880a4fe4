import Foundation

@testable import GraphQL

/// Recorded cases of the reference implementation, which lie beside the project and not in it.
enum Corpus {
    /// The folder with the recorded cases, if this machine has it.
    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment
        let root =
            environment["ATLAS_SHARED_DATA"].map { URL(fileURLWithPath: $0) }
            ?? packageRoot.appendingPathComponent("../shared")
        let folder = root.appendingPathComponent("data/graphql")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static var isPresent: Bool { folder != nil }

    private static var packageRoot: URL {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder
    }

    /// The cases of a file, one value a line.
    static func cases(_ name: String) throws -> [Value] {
        guard let file = folder?.appendingPathComponent("\(name).jsonl.gz") else { return [] }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try text.split(separator: 0x0A).map { try JSON.parse(Array($0), maxDepth: 1_000) }
    }

    /// The schemas of the cases, by their identifier.
    static func schemas() throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try cases("schemas").map { ($0["id"]?.text ?? "", $0["sdl"]?.text ?? "") }
        )
    }
}

/// How many cases pass, and the ones that do not.
struct Score {
    private(set) var total = 0
    private(set) var passed = 0
    private(set) var failures: [String] = []

    mutating func add(_ isRight: Bool, _ explanation: @autoclosure () -> String) {
        total += 1
        if isRight { passed += 1 } else { failures.append(explanation()) }
    }

    var fraction: Double { total == 0 ? 1 : Double(passed) / Double(total) }

    /// Writes the failures to the file that `ATLAS_CONFORMANCE_LOG` names a folder for, to work on them.
    func log(_ name: String) {
        print("\(name): \(passed) of \(total)")
        guard let folder = ProcessInfo.processInfo.environment["ATLAS_CONFORMANCE_LOG"] else { return }
        let file = URL(fileURLWithPath: folder).appendingPathComponent(name + ".log")
        try? failures.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
}

/// An error as the cases record it.
struct RecordedError: Hashable, CustomStringConvertible {
    let message: String
    let locations: [[Int64]]

    init(_ value: Value) {
        message = value["message"]?.text ?? ""
        locations = (value["locations"]?.items ?? []).map { pair in
            pair.items.compactMap { item in
                guard case .int(let number) = item else { return nil }
                return number
            }
        }
    }

    init(_ error: GraphQLError) {
        message = error.message
        locations = error.locations.map { [Int64($0.line), Int64($0.column)] }
    }

    var description: String { "\(message) \(locations)" }
}
