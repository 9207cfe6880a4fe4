import AtlasCore

extension LabBoxSpec {
    /// Refuses what would not be a box; every engine asks this first.
    ///
    /// - Throws: `AtlasError` `.invalid` that names the part.
    public func check() throws {
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8)
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(letters.contains) else {
            throw AtlasError(.invalid, "A box's id is 1 to 64 letters, digits and “-”, not “\(id)”.")
        }
        guard folders.count <= LabBoxLimits.folders,
            folders.values.reduce(0, { $0 + $1.count }) <= LabBoxLimits.folderEntries
        else {
            throw AtlasError(
                .invalid,
                "A box has at most \(LabBoxLimits.folders) folders with \(LabBoxLimits.folderEntries) files together."
            )
        }
        for path in folders.keys { try Self.check(folder: path) }
        guard commands.count <= 8, Set(commands).count == commands.count, commands.allSatisfy(Self.isCommand) else {
            throw AtlasError(.invalid, "A box has at most 8 commands of lower-case letters, digits and “-”.")
        }
        try Self.check(variables: environment)
    }

    /// Refuses variables that no program could read.
    ///
    /// - Throws: `AtlasError` `.invalid`.
    public static func check(variables: [String: String]) throws {
        for (name, value) in variables {
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0), !value.utf8.contains(0)
            else { throw AtlasError(.invalid, "“\(name)” cannot be the name of a variable, or its value has a NUL.") }
        }
        let bytes = variables.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }
        guard bytes <= LabBoxLimits.argumentBytes else {
            throw AtlasError(.invalid, "The variables are longer than \(LabBoxLimits.argumentBytes) bytes together.")
        }
    }

    private static func check(folder: String) throws {
        let taken: Set = [
            "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "proc", "dev", "etc", "tmp", "run", "var", "home",
            "opt",
            "sys",
        ]
        guard folder.hasPrefix("/") else {
            throw AtlasError(.invalid, "The folder “\(folder)” is not an absolute path.")
        }
        let path = String(folder.dropFirst())
        try LabFiles.check(path)
        guard let first = path.split(separator: "/").first, !taken.contains(String(first)) else {
            throw AtlasError(.invalid, "The folder “\(folder)” belongs to the system of the box.")
        }
    }

    private static func isCommand(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && name != "atlas-lab-box"
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}

extension LabCommand {
    /// Refuses what could not be run; every engine asks this first.
    ///
    /// - Throws: `AtlasError` `.invalid`.
    public func check() throws {
        guard let program = words.first, !program.isEmpty else {
            throw AtlasError(.invalid, "There is no program to run.")
        }
        guard directory.hasPrefix("/"), ([directory] + words).allSatisfy({ !$0.utf8.contains(0) }) else {
            throw AtlasError(.invalid, "A command's directory is not absolute, or a word has a NUL.")
        }
        try LabBoxSpec.check(variables: environment)
        let variables = environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }
        let bytes = ([directory] + words).reduce(variables) { $0 + $1.utf8.count + 1 }
        guard bytes <= LabBoxLimits.argumentBytes, words.count <= 4_096, environment.count <= 4_096 else {
            throw AtlasError(.invalid, "A command is longer than \(LabBoxLimits.argumentBytes) bytes.")
        }
        guard input.count <= LabBoxLimits.standardInputBytes else {
            throw AtlasError(.invalid, "A command's input is longer than \(LabBoxLimits.standardInputBytes >> 20) MiB.")
        }
    }
}
