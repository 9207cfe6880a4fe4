import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Opens connections to the API: one a request, over TLS.
struct APIConnector: Sendable {
    typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    let access: ClusterAccess
    private let context: NIOSSLContext
    private let group: any EventLoopGroup

    /// How long connecting may take, TLS included.
    private static let connectTime = TimeAmount.seconds(10)

    /// - Throws: `APIError` if a certificate or key cannot be read.
    init(_ access: ClusterAccess) throws {
        self.access = access
        group = MultiThreadedEventLoopGroup.singleton
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // A peer that does not say goodbye is not waited for.
        tls.shutdownTimeout = .milliseconds(200)
        do {
            if let authority = access.authority {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
            }
            if case .certificate(let certificate, let key) = access.credential {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            }
            context = try NIOSSLContext(configuration: tls)
        } catch {
            throw APIError.connection("a certificate or key of the cluster cannot be read: \(error)", isUnsent: true)
        }
    }

    /// A connection that speaks TLS, on which `configure` has put its handlers above that.
    ///
    /// - Throws: `APIError` without a status.
    func connect<Result: Sendable>(
        _ configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Result>
    ) async throws -> Result {
        let name = access.serverName ?? access.host
        do {
            let (secured, result) = try await ClientBootstrap(group: group)
                .connectTimeout(Self.connectTime)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: access.host, port: access.port) { [context] channel in
                    let secured = channel.eventLoop.makePromise(of: Void.self)
                    let deadline = channel.eventLoop.scheduleTask(in: Self.connectTime) { channel.close(promise: nil) }
                    secured.futureResult.whenComplete { _ in deadline.cancel() }
                    return channel.eventLoop.makeCompletedFuture {
                        // An address cannot be asked for by name; the certificate is then held against the address.
                        let handler = try NIOSSLClientHandler(
                            context: context,
                            serverHostname: Self.isAddress(name) ? nil : name
                        )
                        try channel.pipeline.syncOperations.addHandler(handler)
                        try channel.pipeline.syncOperations.addHandler(HandshakeWaiter(secured))
                    }
                    .flatMap { configure(channel) }.map { (secured.futureResult, $0) }
                }
            try await secured.get()
            return result
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError.connection(Self.text(error), isUnsent: true)
        }
    }

    /// A connection for one request of plain HTTP.
    func exchange() async throws -> Exchange {
        try await connect { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Exchange(wrappingChannelSynchronously: channel)
            }
        }
    }

    /// What a request carries besides what it asks.
    func headers(_ token: String?) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "host", value: access.authorityHeader)
        headers.add(name: "user-agent", value: "atlas-labs")
        if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
        return headers
    }

    /// An error of the connection in words.
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first.map { "\($0.error)" } ?? "\(error)"
            return "no connection to \(error.host):\(error.port): \(first)"
        case let error as NIOSSLError: return "TLS: \(error)"
        default: return "\(error)"
        }
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.contains(":") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension NIOAsyncChannel where Inbound: Sendable, Outbound: Sendable {
    /// As `executeThenClose`, but what `body` returns counts even if the connection is closed less than gracefully.
    func use<Result>(
        _ body: (NIOAsyncChannelInboundStream<Inbound>, NIOAsyncChannelOutboundWriter<Outbound>) async throws -> Result
    ) async throws -> Result {
        var result: Result?
        do {
            try await executeThenClose { inbound, outbound in
                result = try await body(inbound, outbound)
            }
        } catch {
            guard let result else { throw error }
            return result
        }
        guard let result else { throw APIError.connection("the connection ended too early") }
        return result
    }
}
