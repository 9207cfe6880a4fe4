import AtlasAPI
import AtlasCore
import Foundation

/// Takes down what a terminal shows, up to a limit.
struct Recorder {
    /// Output that comes within this time is one frame.
    private static let frameMilliseconds = 30

    private let size: LabScreenSize
    private let startedAt: Timestamp
    private var frames: [LabRecording.Frame] = []
    private var bytes = 0
    private var isTruncated = false

    init(size: LabScreenSize, startedAt: Timestamp) {
        self.size = size
        self.startedAt = startedAt
    }

    /// What was taken down.
    var recording: LabRecording {
        LabRecording(startedAt: startedAt, size: size, frames: frames, isTruncated: isTruncated)
    }

    mutating func append(_ output: [UInt8], at moment: Timestamp) {
        let left = LabTerminalLimits.recordedBytes - bytes
        let at = Int(clamping: max(0, moment.milliseconds - startedAt.milliseconds))
        let last = frames.last.flatMap { at - $0.atMilliseconds < Self.frameMilliseconds ? $0 : nil }
        let hasRoom = left > 0 && (last != nil || frames.count < LabServiceLimits.recordedFrames)
        guard !isTruncated, hasRoom else { return isTruncated = true }
        let kept = Array(output.prefix(left))
        isTruncated = kept.count < output.count
        bytes += kept.count
        if let last {
            frames[frames.count - 1] = LabRecording.Frame(atMilliseconds: last.atMilliseconds, bytes: last.bytes + kept)
        } else {
            frames.append(LabRecording.Frame(atMilliseconds: at, bytes: kept))
        }
    }
}

/// A recording as it is kept.
struct StoredRecording: Codable {
    struct Frame: Codable {
        let at: Int
        let data: Data
    }

    let startedAt: Int64
    let columns: Int
    let rows: Int
    let isTruncated: Bool
    let frames: [Frame]

    init(_ recording: LabRecording) {
        startedAt = recording.startedAt.milliseconds
        columns = recording.size.columns
        rows = recording.size.rows
        isTruncated = recording.isTruncated
        frames = recording.frames.map { Frame(at: $0.atMilliseconds, data: Data($0.bytes)) }
    }

    var recording: LabRecording {
        LabRecording(
            startedAt: Timestamp(milliseconds: startedAt),
            size: LabScreenSize(columns: columns, rows: rows),
            frames: frames.map { LabRecording.Frame(atMilliseconds: $0.at, bytes: [UInt8]($0.data)) },
            isTruncated: isTruncated
        )
    }
}
