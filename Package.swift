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
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
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
    ],
    targets: [
        // Libraries — general-purpose, pure Swift, no I/O
        .module("GraphQL", in: "Libraries"),
        .module("Diagrams", in: "Libraries"),

        // Core — the vocabulary, what services offer, what they need
        .module("AtlasCore", in: "Core", uses: [.log]),
        .module("AtlasAPI", in: "Core", uses: ["AtlasCore", "Diagrams"]),
        .module("AtlasPorts", in: "Core", uses: ["AtlasCore"]),

        // Services — the rules; no engine, no network, no other service
        .module("AtlasAuth", in: "Services", uses: .service + [.crypto]),
        .module(
            "AtlasContent",
            in: "Services",
            uses: .service + ["Diagrams", .crypto, .product(name: "Yams", package: "Yams")]
        ),
        .module("AtlasAnalytics", in: "Services", uses: .service),

        // Engines — ports made real; one target per third-party dependency
        .module("EmbeddedEngines", in: "Engines", uses: .engine + [.product(name: "GRDB", package: "GRDB.swift")]),
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

        // Gateway — the outside world's view
        .module(
            "AtlasGraphQL",
            in: "Gateway",
            uses: ["AtlasCore", "AtlasAPI", "AtlasPorts", "GraphQL", "Diagrams", .log],
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
                "AtlasCore", "AtlasAPI", "AtlasPorts", "AtlasGraphQL", "GraphQL", "Diagrams", "CZlib", .log, .crypto,
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

        // App — where concrete types meet
        .module(
            "AtlasApp",
            in: "App",
            uses: .service + [
                "AtlasHTTP", "AtlasGraphQL", "EmbeddedEngines", "PostgresEngine", "Argon2Engine",
                "AtlasAuth", "AtlasContent", "AtlasAnalytics", .log,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .executableTarget(
            name: "atlas",
            dependencies: [
                "AtlasApp", "AtlasCore", "AtlasAPI", "Diagrams",
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
            name: "bare-server",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .log,
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "benchmarks/BareServer",
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
                "AtlasApp", "AtlasHTTP", "AtlasGraphQL", "GraphQL", "EmbeddedEngines", "PostgresEngine",
            ]
        ),

        // Tests, in the same folders
        .tests("Diagrams", in: "Libraries", uses: ["Diagrams"]),
        .tests("GraphQL", in: "Libraries", uses: ["GraphQL"]),
        .tests("AtlasCore", in: "Core", uses: ["AtlasCore", "AtlasPorts"]),
        .tests("AtlasAuth", in: "Services", uses: .service + ["AtlasAuth", "AtlasTestKit", "EmbeddedEngines"]),
        .tests(
            "AtlasContent",
            in: "Services",
            uses: .service + ["AtlasContent", "AtlasTestKit", "Diagrams", "EmbeddedEngines"]
        ),
        .tests(
            "Engines",
            in: "Engines",
            uses: .service + ["AtlasTestKit", "EmbeddedEngines", "PostgresEngine", "Argon2Engine"]
        ),
        .tests(
            "AtlasHTTP",
            in: "Gateway",
            uses: .service + [
                "AtlasHTTP", "AtlasGraphQL", "GraphQL", "Diagrams", .log, .crypto,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .tests("Architecture", in: "App"),
        .tests("EndToEnd", in: "App", uses: .service + ["AtlasApp", "AtlasGraphQL", "GraphQL", "AtlasTestKit"]),
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

    static func tests(_ name: String, in layer: String, uses: [Dependency] = []) -> Target {
        .testTarget(
            name: name + "Tests",
            dependencies: uses,
            path: "Tests/\(layer)/\(name)Tests",
            swiftSettings: .house
        )
    }
}

extension [Target.Dependency] {
    static var service: Self { ["AtlasCore", "AtlasAPI", "AtlasPorts"] }
    static var engine: Self { ["AtlasCore", "AtlasPorts", .log] }
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
