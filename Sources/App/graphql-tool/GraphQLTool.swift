#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import GraphQL

/// Answers conformance requests, one JSON object a line, from standard input to standard output.
///
/// `graphql-tool fuzz [SECONDS [SEED]]` makes up broken requests instead and answers them for a while.
@main
struct GraphQLTool {
    /// How many bytes are read at once.
    private static let chunkBytes = 1_048_576

    private var command = ConformanceCommand()

    /// The line being read, up to where the input has come.
    private var line: [UInt8] = []

    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "fuzz" {
            let numbers = arguments.dropFirst().compactMap { UInt64($0) }
            exit(await FuzzRun.run(seconds: numbers.first ?? 60, seed: numbers.dropFirst().first ?? 1) ? 0 : 1)
        }
        var tool = GraphQLTool()
        tool.run()
    }

    /// Answers until the input ends.
    ///
    /// The answers to what has arrived are written before more is awaited, so a caller may wait for each.
    private mutating func run() {
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            var output: [UInt8] = []
            guard count > 0 else {
                answer(&output)
                _ = Self.send(output)
                return
            }
            for part in chunk[..<count].split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                if part.offset > 0 { answer(&output) }
                line += part.element
            }
            guard Self.send(output) else { return }
        }
    }

    /// Answers the line that has been read; a blank one has no answer.
    private mutating func answer(_ output: inout [UInt8]) {
        defer { line.removeAll(keepingCapacity: line.capacity <= Self.chunkBytes) }
        guard !line.allSatisfy(Self.isBlank), let answer = command.answer(line) else { return }
        output += answer
        output.append(0x0A)
    }

    private static func isBlank(_ unit: UInt8) -> Bool { unit == 0x20 || unit == 0x09 || unit == 0x0D }

    /// Writes everything; `false` when nobody reads any more.
    private static func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
