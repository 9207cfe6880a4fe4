import AtlasCore
import AtlasHTTP
import Foundation
import Logging
import Testing

@Suite(.timeLimit(.minutes(5))) struct LogTests {
    @Test func `a request is one line, without what is secret`() async throws {
        try await TestServer.run { server in
            let headers = [
                "authorization": "Bearer good", "cookie": "atlas_refresh=tok-secret", "x-request-id": "request-1",
            ]
            _ = try await server.graphQL(#"{echo(text:"body-secret")}"#, headers)
            _ = try await server.request("GET", "/nowhere?token=query-secret")
            let lines = server.log.all.filter { $0.contains("request ") }
            #expect(lines.count == 2)
            #expect(lines[0].contains("id=request-1"))
            #expect(lines[0].contains("method=POST"))
            #expect(lines[0].contains("path=/graphql"))
            #expect(lines[0].contains("status=200"))
            #expect(lines[0].contains("user=ada"))
            #expect(lines[0].contains("ms="))
            #expect(lines[1].contains("path=/nowhere"))
            #expect(!server.log.all.joined().contains("secret"))
        }
    }

    @Test func `a request is one line of JSON`() async throws {
        try await TestFolder.run { folder in
            let file = try Descriptor(folder)
            let writer = LogWriter(descriptor: file.number)
            let clock = ManualClock(Timestamp(milliseconds: 0))
            try await TestServer.run(parts: {
                $0.logger = Logger(label: "atlas") { JSONLogHandler(label: $0, writer: writer, clock: clock) }
            }) { server in
                let headers = ["authorization": "Bearer good", "x-request-id": "request-1"]
                _ = try await server.graphQL("{hello}", headers)
            }
            writer.flush()
            let line = try file.text()
            #expect(
                line.hasPrefix(
                    #"{"time":"1970-01-01T00:00:00.000Z","level":"info","logger":"atlas","message":"request""#
                )
            )
            #expect(line.contains(#""address":"127.0.0.1","bytes":"#))
            #expect(line.contains(#""id":"request-1","method":"POST","ms":"#))
            #expect(line.hasSuffix(#""path":"/graphql","status":200,"user":"ada"}"# + "\n"))
            #expect(line.contains(try Regex(#""ms":\d+\.\d{3},"#)))
        }
    }

    @Test func `an event is one line of JSON`() async throws {
        try await TestFolder.run { folder in
            let file = try Descriptor(folder)
            let writer = LogWriter(descriptor: file.number)
            let clock = ManualClock(Timestamp(milliseconds: 0))
            var handler = JSONLogHandler(label: "atlas", level: .debug, writer: writer, clock: clock)
            handler.metadata = ["own": "always"]
            let logger = Logger(label: "atlas") { _ in handler }
            let metadata: Logger.Metadata = [
                "text": "a\n\"b\"", "number": .stringConvertible(7), "list": ["x", "y"], "map": ["k": "v"],
            ]
            logger.warning("it\u{1}happened", metadata: metadata)
            logger.trace("not this")
            writer.flush()
            #expect(
                try file.text()
                    == #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","logger":"atlas","message":"it\u0001happened","#
                    + #""list":["x","y"],"map":{"k":"v"},"number":7,"own":"always","text":"a\n\"b\""}"# + "\n"
            )
        }
    }

    @Test func `lines that do not fit are dropped and counted`() async throws {
        try await TestFolder.run { folder in
            let file = try Descriptor(folder)
            let writer = LogWriter(descriptor: file.number, capacity: 10)
            writer.write(Array("12345678\n".utf8))
            writer.write(Array("too much\n".utf8))
            writer.write(Array("again too much\n".utf8))
            writer.flush()
            #expect(writer.dropped == 0)
            #expect(
                try file.text() == "12345678\n" + #"{"level":"warning","message":"log lines were dropped","count":2}"#
                    + "\n"
            )
        }
    }

    @Test func `lines of many threads stay whole`() async throws {
        try await TestFolder.run { folder in
            let file = try Descriptor(folder)
            let writer = LogWriter(descriptor: file.number)
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask { for line in 0..<500 { writer.write(Array("\(task) \(line)\n".utf8)) } }
                }
            }
            writer.flush()
            let lines = try file.text().split(separator: "\n")
            #expect(lines.count == 4_000)
            for task in 0..<8 {
                #expect(lines.filter { $0.hasPrefix("\(task) ") } == (0..<500).map { "\(task) \($0)" }.map { $0[...] })
            }
        }
    }

    /// A file, open for writing.
    private final class Descriptor {
        private let url: URL
        private let handle: FileHandle
        var number: Int32 { handle.fileDescriptor }

        init(_ folder: TestFolder) throws {
            try folder.write("log", "")
            url = folder.url.appending(path: "log")
            handle = try FileHandle(forWritingTo: url)
        }

        func text() throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }
    }
}
