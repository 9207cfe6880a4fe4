import Foundation

// The streams of a command in a pod, over one WebSocket: the first byte of each message names the channel.
// Source: Kubernetes, staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go; KEP-4006.

/// The two versions that Atlas speaks; the second cannot close a stream.
enum ExecVersion: String, Sendable, CaseIterable {
    case v5 = "v5.channel.k8s.io"
    case v4 = "v4.channel.k8s.io"

    /// What a client offers, the best first.
    static var offer: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// What the first byte says.
enum ExecChannel {
    static let input: UInt8 = 0
    static let output: UInt8 = 1
    static let errors: UInt8 = 2
    static let status: UInt8 = 3
    static let resize: UInt8 = 4
    /// Since v5: the next byte is the channel that is closed.
    static let close: UInt8 = 255
}

/// How a command ended, as the cluster tells it.
enum ExecEnd: Sendable, Equatable {
    /// With a status; 128 + N if signal N killed it.
    case exited(Int)
    /// It was not started, or its end is not known.
    case failed(String)
}

/// What comes from a command.
enum ExecPiece: Sendable, Equatable {
    case output([UInt8])
    case errors([UInt8])
    case ended(ExecEnd)
}

/// Puts messages together from frames, and tells what they mean.
struct ExecDecoder {
    private var channel: UInt8?
    private var status: [UInt8] = []

    /// Bytes of a status.
    private static let statusBytes = 64 << 10

    /// Takes a data frame.
    ///
    /// - Parameter isLast: Whether the message ends with it.
    /// - Returns: `nil` if it says nothing yet.
    mutating func take(_ bytes: [UInt8], isLast: Bool) -> ExecPiece? {
        var bytes = bytes[...]
        let channel: UInt8
        if let known = self.channel {
            channel = known
        } else {
            guard let first = bytes.popFirst() else { return nil }
            channel = first
        }
        self.channel = isLast ? nil : channel
        switch channel {
        case ExecChannel.output: return bytes.isEmpty ? nil : .output(Array(bytes))
        case ExecChannel.errors: return bytes.isEmpty ? nil : .errors(Array(bytes))
        case ExecChannel.status:
            status += bytes.prefix(max(0, Self.statusBytes - status.count))
            guard isLast, let end = Self.end(status) else { return nil }
            return .ended(end)
        default: return nil
        }
    }

    /// What is known when nothing more comes.
    func cutOff(_ reason: String) -> ExecEnd {
        let told = String(decoding: status, as: UTF8.self)
        return .failed(told.isEmpty ? reason : "\(reason): \(told)")
    }

    private static func end(_ bytes: [UInt8]) -> ExecEnd? {
        guard !bytes.isEmpty, let status = try? JSONDecoder().decode(APIStatus.self, from: Data(bytes)) else {
            return nil
        }
        if status.status == "Success" { return .exited(0) }
        let code = status.details?.causes?.first { $0.reason == "ExitCode" }?.message
        if status.reason == "NonZeroExitCode", let number = code.flatMap({ Int($0) }) { return .exited(number) }
        return .failed(status.message ?? "the command failed")
    }
}
