// swift-tools-version:6.2
import PackageDescription

// The folders under Sources show the architecture. Dependencies point down this list, never up:
//   App → Gateway, Services, Engines → Core → (nothing of Atlas)      Libraries know nothing of Atlas.
// Tests/App/ArchitectureTests holds every source file to it.
let package = Package(
    name: "atlas",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "atlas", targets: ["atlas"]),
        .executable(name: "graphql-tool", targets: ["graphql-tool"]),
        .executable(name: "atlas-socketio-echo", targets: ["atlas-socketio-echo"]),
        .executable(name: "whiteboard-tool", targets: ["whiteboard-tool"]),
        .executable(name: "atlas-lab-box", targets: ["atlas-lab-box"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(
            url: "https://github.com/apple/swift-configuration.git",
            from: "1.4.0",
            traits: [.defaults, "CommandLineArguments"]
        ),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    ],
    targets: [
        // Libraries — general-purpose, pure Swift, no I/O
        .module("GraphQL", in: "Libraries"),
        .module("Diagrams", in: "Libraries"),
        .module("SocketIO", in: "Libraries"),
        .module("Whiteboard", in: "Libraries", uses: ["Diagrams"]),
        .module("Learning", in: "Libraries"),
        .target(
            name: "CVectors",
            path: "Sources/Libraries/CVectors",
            // Tests run on debug builds, in which a sentence would take half a second.
            cSettings: [.unsafeFlags(["-O3"])]
        ),
        .module("Retrieval", in: "Libraries", uses: ["CVectors"]),

        // Core — the vocabulary, what services offer, what they need
        .module("AtlasCore", in: "Core", uses: [.log]),
        .module("AtlasAPI", in: "Core", uses: ["AtlasCore", "Diagrams", "Whiteboard"]),
        .module("AtlasPorts", in: "Core", uses: ["AtlasCore"]),

        // Services — the rules; no engine, no network, no other service
        .module("AtlasAuth", in: "Services", uses: .service + [.crypto]),
        .module(
            "AtlasContent",
            in: "Services",
            uses: .service + ["Diagrams", .crypto, .product(name: "Yams", package: "Yams")]
        ),
        .module("AtlasAnalytics", in: "Services", uses: .service + ["Learning"]),
        .module("AtlasReview", in: "Services", uses: .service + ["Diagrams", "Learning", .log]),
        .module("AtlasCollaboration", in: "Services", uses: .service + ["Diagrams", "Whiteboard", .crypto, .log]),
        .module("AtlasLabs", in: "Services", uses: .service + [.crypto, .log]),
        .module("AtlasTutor", in: "Services", uses: .service + ["Diagrams", "Retrieval", .crypto, .log]),

        // Engines — ports made real; one target per third-party dependency
        .module(
            "EmbeddedEngines",
            in: "Engines",
            uses: .engine + ["Retrieval", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .module(
            "CloudEngines",
            in: "Engines",
            uses: .engine + [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .systemLibrary(
            name: "CLibpq",
            path: "Sources/Engines/CLibpq",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        .module("PostgresEngine", in: "Engines", uses: .engine + ["CLibpq"]),
        .systemLibrary(
            name: "CArgon2",
            path: "Sources/Engines/CArgon2",
            pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"])]
        ),
        .module("Argon2Engine", in: "Engines", uses: .engine + ["CArgon2"]),
        .systemLibrary(
            name: "CHiredis",
            path: "Sources/Engines/CHiredis",
            pkgConfig: "hiredis",
            providers: [.apt(["libhiredis-dev"])]
        ),
        .module("RedisEngine", in: "Engines", uses: .engine + ["CHiredis"]),
        .systemLibrary(
            name: "CCairo",
            path: "Sources/Engines/CCairo",
            pkgConfig: "cairo",
            providers: [.apt(["libcairo2-dev"])]
        ),
        .module("CairoEngine", in: "Engines", uses: .engine + ["CCairo"]),
        .target(name: "CLabBox", path: "Sources/Engines/CLabBox"),
        // Runs inside the boxes, where there is nothing of Swift's; without the flags it would be linked to its libraries.
        .executableTarget(
            name: "atlas-lab-box",
            dependencies: ["CLabBox"],
            path: "Sources/Engines/lab-box",
            linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"], .when(platforms: [.linux]))]
        ),
        .module("SandboxEngine", in: "Engines", uses: .engine + ["CLabBox"]),

        .module(
            "KubernetesEngine",
            in: "Engines",
            uses: .engine + .overTLS + [
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        // Gateway — the outside world's view
        .module(
            "AtlasGraphQL",
            in: "Gateway",
            uses: ["AtlasCore", "AtlasAPI", "AtlasPorts", "GraphQL", "Diagrams", .log, .crypto],
            resources: [.embedInCode("schema.graphql")]
        ),
        .systemLibrary(
            name: "CZlib",
            path: "Sources/Gateway/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .module(
            "AtlasHTTP",
            in: "Gateway",
            uses: [
                "AtlasCore", "AtlasAPI", "AtlasPorts", "AtlasGraphQL", "GraphQL", "Diagrams", "SocketIO", "CZlib", .log,
                .crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .module(
            "AtlasRealtime",
            in: "Gateway",
            uses: ["AtlasCore", "AtlasAPI", "AtlasPorts", "AtlasHTTP", "SocketIO", "Whiteboard", .log]
        ),

        // App — where concrete types meet
        .module(
            "AtlasApp",
            in: "App",
            uses: .service + [
                "AtlasHTTP", "AtlasGraphQL", "AtlasRealtime", "EmbeddedEngines", "PostgresEngine", "RedisEngine",
                "Argon2Engine", "CairoEngine", "CloudEngines", "SandboxEngine", "KubernetesEngine", "AtlasAuth",
                "AtlasContent", "AtlasAnalytics", "AtlasReview", "AtlasCollaboration", "AtlasLabs", "AtlasTutor",
                "Retrieval", .log,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .executableTarget(
            name: "atlas",
            dependencies: [
                "AtlasApp", "AtlasCore", "AtlasAPI", "AtlasReview", "AtlasTutor", "Diagrams", "EmbeddedEngines",
                "GraphQL", "Learning", "Retrieval", "CZlib", "atlas-lab-box",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/App/atlas",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "graphql-tool",
            dependencies: ["GraphQL"],
            path: "Sources/App/graphql-tool",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "atlas-socketio-echo",
            dependencies: [
                "AtlasHTTP", "AtlasGraphQL", "AtlasCore", "GraphQL", "SocketIO", .log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/App/atlas-socketio-echo",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "whiteboard-tool",
            dependencies: ["Whiteboard", "Diagrams"],
            path: "Sources/App/whiteboard-tool",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "bare-server",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .log,
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "benchmarks/BareServer",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "lab-bench",
            dependencies: ["SandboxEngine", "AtlasCore", "AtlasPorts", "atlas-lab-box", .log],
            path: "benchmarks/LabBench",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "diagram-bench",
            dependencies: ["Diagrams"],
            path: "benchmarks/DiagramBench",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "analytics-bench",
            dependencies: ["AtlasApp", "AtlasAnalytics", "AtlasAPI", "AtlasCore", "AtlasPorts"],
            path: "benchmarks/AnalyticsBench",
            swiftSettings: .house
        ),
        .executableTarget(
            name: "graphql-server",
            dependencies: [
                "AtlasHTTP", "AtlasGraphQL", "AtlasCore", "GraphQL", .log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "benchmarks/GraphQLServer",
            swiftSettings: .house
        ),
        .module(
            "AtlasTestKit",
            in: "App",
            uses: .service + [
                "AtlasApp", "AtlasContent", "AtlasHTTP", "AtlasGraphQL", "GraphQL", "EmbeddedEngines", "PostgresEngine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),

        // Tests, in the same folders
        .tests("Diagrams", in: "Libraries", uses: ["Diagrams"]),
        .tests("GraphQL", in: "Libraries", uses: ["GraphQL"]),
        .tests("SocketIO", in: "Libraries", uses: ["SocketIO"]),
        .tests("Whiteboard", in: "Libraries", uses: ["Whiteboard", "Diagrams"]),
        .tests("Learning", in: "Libraries", uses: ["Learning", "CZlib"], excludes: ["Vectors"]),
        .tests("Retrieval", in: "Libraries", uses: ["Retrieval"]),
        .tests("AtlasCore", in: "Core", uses: ["AtlasCore", "AtlasPorts"]),
        .tests(
            "AtlasAnalytics",
            in: "Services",
            uses: .service + [
                "AtlasAnalytics", "AtlasAuth", "AtlasContent", "AtlasCollaboration", "AtlasTestKit", "CairoEngine",
                "EmbeddedEngines", "Learning", .log,
            ]
        ),
        .tests("AtlasAuth", in: "Services", uses: .service + ["AtlasAuth", "AtlasTestKit", "EmbeddedEngines"]),
        .tests(
            "AtlasContent",
            in: "Services",
            uses: .service + ["AtlasContent", "AtlasTestKit", "Diagrams", "EmbeddedEngines"]
        ),
        .tests(
            "AtlasReview",
            in: "Services",
            uses: .service + [
                "AtlasReview", "AtlasContent", "AtlasTestKit", "Diagrams", "Learning", "EmbeddedEngines", .log,
            ]
        ),
        .tests(
            "AtlasCollaboration",
            in: "Services",
            uses: .service + [
                "AtlasCollaboration", "Whiteboard", "AtlasAuth", "AtlasContent", "AtlasAnalytics", "AtlasTestKit",
                "EmbeddedEngines", .log,
            ]
        ),
        .tests(
            "AtlasLabs",
            in: "Services",
            uses: .service + ["AtlasLabs", "AtlasContent", "AtlasTestKit", "EmbeddedEngines", .log]
        ),
        .tests(
            "AtlasTutor",
            in: "Services",
            uses: .service + [
                "AtlasTutor", "AtlasContent", "AtlasTestKit", "Diagrams", "EmbeddedEngines", "Retrieval", .log,
            ],
            excludes: ["Data"]
        ),
        .tests(
            "Engines",
            in: "Engines",
            uses: .service + [
                "AtlasTestKit", "EmbeddedEngines", "PostgresEngine", "RedisEngine", "Argon2Engine", "CairoEngine",
                "CloudEngines", .log,
            ]
        ),
        .tests(
            "CloudEngines",
            in: "Engines",
            uses: .engine + ["AtlasTestKit", "CloudEngines", "EmbeddedEngines", "PostgresEngine", "Retrieval"]
        ),
        .tests(
            "AtlasHTTP",
            in: "Gateway",
            uses: .service + [
                "AtlasHTTP", "AtlasGraphQL", "GraphQL", "Diagrams", "SocketIO", .log, .crypto,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .tests(
            "AtlasRealtime",
            in: "Gateway",
            uses: ["AtlasRealtime", "AtlasAPI", "AtlasCore", "AtlasHTTP", "SocketIO"]
        ),
        .tests(
            "SandboxEngine",
            in: "Engines",
            uses: .engine + ["SandboxEngine", "CLabBox", "AtlasTestKit", "atlas-lab-box", "lab-bench"]
        ),
        .tests(
            "KubernetesEngine",
            in: "Engines",
            uses: .service + .overTLS + [
                "KubernetesEngine", "AtlasApp", "AtlasLabs", "AtlasContent", "AtlasTestKit", "EmbeddedEngines", .log,
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ]
        ),
        .tests("Architecture", in: "App"),
        .tests(
            "EndToEnd",
            in: "App",
            uses: .service + [
                "AtlasApp", "AtlasAnalytics", "AtlasGraphQL", "GraphQL", "AtlasTestKit",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

extension Target {
    static func module(
        _ name: String,
        in layer: String,
        uses: [Dependency] = [],
        resources: [Resource]? = nil
    ) -> Target {
        .target(
            name: name,
            dependencies: uses,
            path: "Sources/\(layer)/\(name)",
            resources: resources,
            swiftSettings: .house
        )
    }

    static func tests(
        _ name: String,
        in layer: String,
        uses: [Dependency] = [],
        excludes: [String] = []
    ) -> Target {
        .testTarget(
            name: name + "Tests",
            dependencies: uses,
            path: "Tests/\(layer)/\(name)Tests",
            exclude: excludes,
            swiftSettings: .house
        )
    }
}

extension [Target.Dependency] {
    static var service: Self { ["AtlasCore", "AtlasAPI", "AtlasPorts"] }
    static var engine: Self { ["AtlasCore", "AtlasPorts", .log] }
    /// SwiftNIO with TLS.
    static var overTLS: Self {
        [
            .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOTLS", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ]
    }
}

extension Target.Dependency {
    static var log: Self { .product(name: "Logging", package: "swift-log") }
    static var crypto: Self { .product(name: "Crypto", package: "swift-crypto") }
}

extension [SwiftSetting] {
    static var house: Self {
        [
            "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
        ]
        .map { .enableUpcomingFeature($0) }
    }
}
