import Foundation
import Testing

/// The table of ARCHITECTURE.md: which folder may import what. Dependencies point down.
private let allowed: [String: Set<String>] = {
    let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Synchronization", "Dispatch",
    ]
    let core: Set<String> = ["AtlasCore", "AtlasAPI", "AtlasPorts", "Logging"]
    let libraries: Set<String> = ["GraphQL", "Diagrams", "SocketIO", "Whiteboard", "Learning", "Retrieval"]
    // Engines make ports real, and one of them is an index of vectors; they know no other rules.
    let engineLibraries: Set<String> = ["Retrieval"]
    let services = core.union(libraries).union(["Crypto", "Yams"])
    let gateway = core.union(libraries).union([
        "AtlasGraphQL", "AtlasHTTP", "Crypto", "Hummingbird", "HTTPTypes", "ServiceLifecycle", "NIOCore", "NIOPosix",
        "NIOHTTP1", "NIOWebSocket", "NIOConcurrencyHelpers", "NIOHTTPTypesHTTP1", "CZlib",
    ])
    // Engines that speak to a service over TLS: SwiftNIO, and Yams for kubeconfig files.
    let network: Set<String> = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOSSL", "NIOTLS", "Yams"]
    return [
        "Libraries": ["Synchronization", "Diagrams", "CVectors"],
        "Core": system.union(["AtlasCore", "Diagrams", "Whiteboard", "Logging"]),
        "Services": system.union(services),
        "Engines": system.union(core).union(engineLibraries).union(stacks).union(network),
        "Gateway": system.union(gateway),
    ]
}()

/// What engines are made of; each lives in one engine only.
private let stacks: Set<String> = [
    "GRDB", "CLibpq", "CArgon2", "CHiredis", "CCairo", "CLabBox", "AsyncHTTPClient",
]

/// Modules of one layer must not import each other, but for these.
private let siblings: Set<String> = ["AtlasCore", "AtlasGraphQL", "AtlasHTTP", "Diagrams"]

private struct SourceFile {
    let path: String
    let layer: String
    let module: String
    let imports: [(line: Int, module: String)]
}

private let sources: [SourceFile] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Sources")
    let files =
        FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "swift" }.compactMap { file in
        let parts = file.path.dropFirst(folder.path.count + 1).split(separator: "/").map(String.init)
        guard parts.count > 2, let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        let imports = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
            index,
            line -> (Int, String)? in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position <= 2, words.count > position + 1 else {
                return nil
            }
            guard words[..<position].allSatisfy({ ["public", "package", "internal", "@preconcurrency"].contains($0) })
            else { return nil }
            return (index + 1, String(words[position + 1]))
        }
        return SourceFile(
            path: "Sources/" + parts.joined(separator: "/"),
            layer: parts[0],
            module: parts[1],
            imports: imports
        )
    }
}()

@Suite struct LayerTests {
    @Test func `every source file is found`() {
        #expect(sources.count > 50)
        #expect(Set(sources.map(\.layer)) == ["Libraries", "Core", "Services", "Engines", "Gateway", "App"])
    }

    @Test func `no file imports what its folder may not`() {
        for file in sources {
            guard let allowed = allowed[file.layer] else { continue }
            for (line, module) in file.imports where module != file.module {
                #expect(allowed.contains(module), "\(file.path):\(line) imports \(module)")
            }
        }
    }

    @Test func `services and engines do not import one another`() {
        let modules = Dictionary(grouping: sources, by: \.layer).mapValues { Set($0.map(\.module)) }
        for file in sources where file.layer != "App" {
            let others = (modules[file.layer] ?? []).subtracting([file.module]).subtracting(siblings)
            for (line, module) in file.imports {
                #expect(!others.contains(module), "\(file.path):\(line) imports its sibling \(module)")
            }
        }
    }

    @Test func `only the engine of Kubernetes reads YAML and opens WebSockets`() {
        for file in sources where file.layer == "Engines" && file.module != "KubernetesEngine" {
            for (line, module) in file.imports {
                #expect(!["Yams", "NIOWebSocket"].contains(module), "\(file.path):\(line) imports \(module)")
            }
        }
    }

    @Test func `a third-party stack lives in one engine only`() {
        let users = Dictionary(
            grouping: sources.flatMap { file in file.imports.map { (module: file.module, stack: $0.module) } }
                .filter { stacks.contains($0.stack) },
            by: \.stack
        )
        for (stack, modules) in users { #expect(Set(modules.map(\.module)).count == 1, "\(stack)") }
    }
}
