public import AtlasCore
import GraphQL
public import Logging

/// Writes each event as one line of JSON: time, level, logger, message, then the metadata by name.
///
/// ```swift
/// LoggingSystem.bootstrap { JSONLogHandler(label: $0) }
/// ```
public struct JSONLogHandler: LogHandler {
    /// Metadata of every event.
    public var metadata: Logger.Metadata = [:]
    /// Adds metadata of the task.
    public var metadataProvider: Logger.MetadataProvider?
    /// Events below it are not written.
    public var logLevel: Logger.Level

    private let label: String
    private let writer: LogWriter
    private let clock: any WallClock

    /// A handler for one logger.
    public init(
        label: String,
        level: Logger.Level = .info,
        writer: LogWriter = .standardError,
        clock: any WallClock = SystemClock()
    ) {
        self.label = label
        self.writer = writer
        self.clock = clock
        logLevel = level
    }

    /// One value of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event.
    public func log(event: LogEvent) {
        var line = begin(event.level)
        line.string("\(event.message)")
        for (name, value) in merged(event).sorted(by: { $0.key < $1.key }) {
            line.byte(UInt8(ascii: ","))
            line.string(name)
            line.byte(UInt8(ascii: ":"))
            Self.append(value, to: &line, depth: 0)
        }
        if let error = event.error {
            line.raw(",\"error\":")
            line.string("\(error)")
        }
        line.raw("}\n")
        writer.write(line.finish())
    }

    /// Writes the line of a request; the handler's own metadata is left out.
    func log(_ request: RequestRecord, level: Logger.Level) {
        var line = begin(level)
        line.raw("\"request\"")
        request.append(to: &line)
        line.raw("}\n")
        writer.write(line.finish())
    }

    /// A line up to its message.
    private func begin(_ level: Logger.Level) -> JSONWriter {
        var line = JSONWriter(capacity: 512)
        line.raw("{\"time\":\"")
        line.raw(Array(clock.now().description.utf8))
        line.raw("\",\"level\":\"")
        line.raw(Array(level.rawValue.utf8))
        line.raw("\",\"logger\":")
        line.string(label)
        line.raw(",\"message\":")
        return line
    }

    private func merged(_ event: LogEvent) -> Logger.Metadata {
        var all = event.metadata ?? [:]
        if let metadataProvider { all.merge(metadataProvider.get()) { own, _ in own } }
        if !metadata.isEmpty { all.merge(metadata) { own, _ in own } }
        return all
    }

    /// Values deeper than this are written as text.
    private static let depthLimit = 8

    private static func append(_ value: Logger.MetadataValue, to line: inout JSONWriter, depth: Int) {
        switch value {
        case .string(let text): line.string(text)
        case .stringConvertible(let number as Int): line.int(Int64(number))
        case .stringConvertible(let number as UInt): line.int(Int64(clamping: number))
        case .stringConvertible(let number as Double): line.double(number)
        case .stringConvertible(let flag as Bool): line.bool(flag)
        case .stringConvertible(let other): line.string(other.description)
        case .array where depth >= depthLimit, .dictionary where depth >= depthLimit: line.string("\(value)")
        case .array(let items):
            line.byte(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { line.byte(UInt8(ascii: ",")) }
                append(item, to: &line, depth: depth + 1)
            }
            line.byte(UInt8(ascii: "]"))
        case .dictionary(let members):
            line.byte(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line.byte(UInt8(ascii: ",")) }
                line.string(member.key)
                line.byte(UInt8(ascii: ":"))
                append(member.value, to: &line, depth: depth + 1)
            }
            line.byte(UInt8(ascii: "}"))
        }
    }
}
