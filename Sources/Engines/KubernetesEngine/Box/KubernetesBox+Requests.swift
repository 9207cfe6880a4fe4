import AtlasCore
import AtlasPorts
import Foundation
import Synchronization
import Logging

/// The commands of the box that Atlas answers.
extension KubernetesBox {
    /// How long after a listener that ended the next one begins.
    private static let listenPause = Duration.seconds(2)

    /// Listens until the connection ends.
    func listen() async {
        let request = ExecRequest(
            namespace: place.namespace,
            pod: place.pod,
            container: Names.container,
            words: BoxScripts.words(BoxScripts.listen)
        )
        do {
            let end = try await client.exec(request) { reader, _ in
                try await Self.requests(&reader) { self.takeRequest($0) }
            }
            logger.debug("the listener to a box's commands has ended", metadata: ["box": "\(id)", "end": "\(end)"])
        } catch {
            logger.debug("nobody listens to a box's commands", metadata: ["box": "\(id)", "error": "\(error)"])
        }
        guard !isOver else { return }
        // If this fails, the task was cancelled, and whoever calls this looks.
        try? await Task.sleep(for: Self.listenPause)
    }

    private static func requests(_ reader: inout ExecReader, _ take: (_ line: [UInt8]) -> Void) async throws -> ExecEnd
    {
        var lines = LineSplitter(limit: 3 * LabBoxLimits.requestBytes)
        while true {
            switch try await reader.next() {
            case .ended(let end): return end
            case .errors: continue
            case .output(let bytes):
                for line in try lines.take(bytes) { take(line) }
            }
        }
    }

    private func takeRequest(_ line: [UInt8]) {
        guard let (name, words) = Self.request(line) else { return }
        let isOpen = OneTime()
        let request = LabRequest(command: words.first ?? "", arguments: Array(words.dropFirst())) {
            [weak self] status, text in
            guard isOpen.take() else { return }
            self?.unanswered.withLock { $0 -= 1 }
            await self?.answer(name, status, text)
        }
        guard place.commands.contains(request.command) else {
            return refuse(name, 127, "Atlas does not know this command here.\n")
        }
        let hasRoom = unanswered.withLock { count in
            guard count < LabBoxLimits.requests else { return false }
            count += 1
            return true
        }
        guard hasRoom else { return refuse(name, 75, "Atlas is busy with what was asked before.\n") }
        requestsIn.yield(request)
    }

    private func refuse(_ name: String, _ status: Int, _ text: String) {
        let count = refusals.withLock { count in
            count += 1
            return count
        }
        // Who asks faster than can be refused is not answered at all.
        guard count <= Self.refusalsAtOnce else { return refusals.withLock { $0 -= 1 } }
        Task { [weak self] in
            await self?.answer(name, status, Array(text.utf8))
            self?.refusals.withLock { $0 -= 1 }
        }
    }

    private static let refusalsAtOnce = 4

    private func answer(_ name: String, _ status: Int, _ text: [UInt8]) async {
        let input = Array("\(status)\n".utf8) + text
        let plan = ExecutionPlan(BoxScripts.answer, [name, String(input.count)], input: input)
        do {
            _ = try await execute(plan, "answer")
        } catch {
            logger.debug("a box's command was not answered", metadata: ["box": "\(id)", "error": "\(error)"])
        }
    }

    /// Reads a line of the listener: the name of a folder and words, each ended by a zero byte, in base 64.
    static func request(_ line: [UInt8]) -> (name: String, words: [String])? {
        let parts = line.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, parts[0].count == 8, parts[0].starts(with: "r.".utf8),
            parts[0].dropFirst(2).allSatisfy({ $0.isLetterOrDigit }),
            let data = Data(base64Encoded: Data(parts[1])), data.count <= LabBoxLimits.requestBytes, data.last == 0
        else { return nil }
        let words = data.dropLast().split(separator: 0, omittingEmptySubsequences: false)
        return (String(decoding: parts[0], as: UTF8.self), words.map { String(decoding: $0, as: UTF8.self) })
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }
}
