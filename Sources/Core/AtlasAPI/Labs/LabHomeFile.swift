public import AtlasCore

/// A file in a learner's home.
public struct LabHomeFile: Sendable, Equatable {
    /// Relative to the home.
    public let path: String
    /// Its size.
    public let bytes: Int64
    /// Another text for another content.
    public let version: String
    /// Whether it can be shown and edited as text.
    public let isText: Bool

    /// A file.
    public init(path: String, bytes: Int64, version: String, isText: Bool) {
        self.path = path
        self.bytes = bytes
        self.version = version
        self.isText = isText
    }
}

/// What is in a file.
public struct LabFileContent: Sendable, Equatable {
    /// Relative to the home.
    public let path: String
    /// The text; what is no UTF-8 is replaced by U+FFFD.
    public let content: String
    /// To be given when the file is saved.
    public let version: String
    /// Whether the file is longer than what is here.
    public let isTruncated: Bool

    /// A content.
    public init(path: String, content: String, version: String, isTruncated: Bool) {
        self.path = path
        self.content = content
        self.version = version
        self.isTruncated = isTruncated
    }
}

/// What a terminal showed.
public struct LabRecording: Sendable, Equatable {
    /// One piece of output.
    public struct Frame: Sendable, Equatable {
        /// Since the start of the recording.
        public let atMilliseconds: Int
        /// As it came from the terminal; may end within a character.
        public let bytes: [UInt8]

        /// A frame.
        public init(atMilliseconds: Int, bytes: [UInt8]) {
            self.atMilliseconds = atMilliseconds
            self.bytes = bytes
        }
    }

    /// When it begins.
    public let startedAt: Timestamp
    /// The terminal's size at the start.
    public let size: LabScreenSize
    /// In order.
    public let frames: [Frame]
    /// Whether the run showed more than is kept.
    public let isTruncated: Bool

    /// A recording.
    public init(startedAt: Timestamp, size: LabScreenSize, frames: [Frame], isTruncated: Bool) {
        self.startedAt = startedAt
        self.size = size
        self.frames = frames
        self.isTruncated = isTruncated
    }
}
