import ArgumentParser
import AtlasApp
import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the server.")

    @OptionGroup var options: DataOptions

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 picks a free one.")
    var port: String?

    @Flag(help: "Introspection is on, and changed catalogue files are imported as you save them.")
    var development = false

    @Flag(help: "Print every setting with its source, and stop.")
    var printConfig = false

    func run() async throws {
        let sources = try await options.sources([
            "http.host": host, "http.port": port, "development": development ? "true" : nil,
        ])
        if printConfig {
            print(sources.printed())
            return
        }
        let atlas = try await Atlas.assemble(AtlasConfiguration(sources))
        try await atlas.serve { host, port in
            // Written at once, also into a pipe: scripts wait for this line.
            let address = host.contains(":") ? "[\(host)]" : host
            FileHandle.standardOutput.write(Data("Atlas is listening on http://\(address):\(port)\n".utf8))
        }
    }
}
