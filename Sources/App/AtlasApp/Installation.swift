import Foundation

/// Where the files beside the program are.
public enum Installation {
    /// How many folders above the program are looked into.
    private static let levels = 5

    /// `path` as it is if it is absolute or there is such a thing in the working folder; else the first such thing in a
    /// folder above the program, so that `.build/release/atlas` finds the repository's `catalogue` from anywhere.
    public static func find(_ path: String) -> String {
        let manager = FileManager.default
        if path.hasPrefix("/") || manager.fileExists(atPath: path) { return path }
        guard let program = try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return path }
        var folder = URL(filePath: program).deletingLastPathComponent()
        for _ in 0..<levels {
            let candidate = folder.appending(path: path).path
            if manager.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return path
    }
}
