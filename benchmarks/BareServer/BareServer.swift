import Foundation
import Hummingbird
import Logging
import NIOCore

/// The peer of the HTTP benchmark: a Hummingbird route that answers any POST with the bytes of a file.
///
///     bare-server PORT FILE
@main
struct BareServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[1]),
            let data = FileManager.default.contents(atPath: arguments[2])
        else {
            FileHandle.standardError.write(Data("usage: bare-server PORT FILE\n".utf8))
            exit(2)
        }
        let body = ByteBuffer(bytes: data)
        let router = Router()
        router.post("/graphql") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        )
        try await application.runService()
    }
}
