public import AtlasPorts

/// What tests of lab runtimes do at a terminal.
extension LabTerminal {
    /// Types text.
    public func type(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Reads until `text` comes, or `limit` is over, or the terminal ends.
    ///
    /// - Returns: All that came since the last time, also if `text` did not.
    public func read(until text: String, limit: Duration = .seconds(20)) async -> String {
        let reading = Task {
            var seen = ""
            while !seen.contains(text), let bytes = await read() { seen += String(decoding: bytes, as: UTF8.self) }
            return seen
        }
        let deadline = Task {
            try await Task.sleep(for: limit)
            reading.cancel()
        }
        defer { deadline.cancel() }
        return await reading.value
    }
}
