import AtlasCore
import Configuration
import Foundation
import SystemPackage

/// Where settings come from: command line → environment (`ATLAS_…`) → `atlas.json` → the defaults.
public struct SettingSources: Sendable {
    private struct Source {
        let name: String
        let reader: ConfigReader
    }

    private let sources: [Source]

    /// - Parameters:
    ///   - arguments: What the command line said, by key.
    ///   - file: The path of `atlas.json`; it may be missing.
    /// - Throws: `AtlasError.invalid` for a file that is not JSON, or a key that nobody knows.
    public init(
        arguments: [String: String],
        file: String = "atlas.json",
        environment: [String: String]? = nil
    ) async throws {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in arguments {
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = ConfigValue(
                .string(value),
                isSecret: false
            )
        }
        let json: FileProvider<JSONSnapshot>
        do {
            json = try await FileProvider(filePath: FilePath(file), allowMissing: true)
        } catch {
            throw AtlasError(.invalid, "\(file) cannot be read as JSON: \(error)", cause: error, field: file)
        }
        try Self.refuseUnknownKeys(in: file)
        let variables = environment ?? ProcessInfo.processInfo.environment
        sources = [
            Source(name: "command line", reader: ConfigReader(provider: InMemoryProvider(values: values))),
            Source(
                name: "environment",
                reader: ConfigReader(
                    provider: EnvironmentVariablesProvider(environmentVariables: variables)
                        .prefixKeys(with: "atlas")
                )
            ),
            Source(name: file, reader: ConfigReader(provider: json)),
        ]
    }

    /// The value of a key and where it came from.
    func value(_ setting: Setting) -> (text: String, source: String) {
        let key = ConfigKey(stringLiteral: setting.key)
        for source in sources {
            if let text = source.reader.string(forKey: key) { return (text, source.name) }
            if let number = source.reader.int(forKey: key) { return (String(number), source.name) }
            if let flag = source.reader.bool(forKey: key) { return (String(flag), source.name) }
        }
        return (setting.fallback, "default")
    }

    /// Every key with its value and source, secrets hidden; for `atlas serve --print-config`.
    public func printed() -> String {
        Setting.all.map { setting in
            let (text, source) = value(setting)
            let shown = setting.isSecret && source != "default" ? "(hidden)" : text.isEmpty ? "(empty)" : text
            return "\(setting.key) = \(shown)    # \(source); \(setting.meaning)"
        }.joined(separator: "\n")
    }

    private static func refuseUnknownKeys(in file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else { return }
        let object = try? JSONSerialization.jsonObject(with: data)
        guard let object = object as? [String: Any] else {
            throw AtlasError(.invalid, "\(file) must hold a JSON object.", field: file)
        }
        let known = Set(Setting.all.map(\.key))
        for (key, value) in settings(in: object, under: "", depth: 0) {
            guard known.contains(key) else {
                throw AtlasError(
                    .invalid,
                    "\(file): there is no setting \(key); the nearest is \(Setting.nearest(to: key)).",
                    field: key
                )
            }
            guard value is String || value is Int || value is Bool else {
                throw AtlasError(
                    .invalid,
                    "\(file): \(key) must be a text, a whole number, true or false; several values go into one text, "
                        + "separated by commas.",
                    field: key
                )
            }
        }
    }

    private static func settings(
        in object: [String: Any],
        under prefix: String,
        depth: Int
    ) -> [(key: String, value: Any)] {
        object.flatMap { name, value in
            guard depth < 4, let inner = value as? [String: Any] else { return [(key: prefix + name, value: value)] }
            return settings(in: inner, under: prefix + name + ".", depth: depth + 1)
        }.sorted { $0.key < $1.key }
    }
}
