import AtlasCore
import GraphQL
import NIOCore
import NIOHTTP1

/// Takes WebSockets at `/graphql` that speak `graphql-transport-ws`.
///
/// The client says who it is in the payload of `connection_init`, as `{"authorization": "Bearer TOKEN"}`; cookies count
/// for nothing here. Browsers may come from pages of this site only.
struct GraphQLSocketAcceptor: WebSocketAcceptor {
    let parts: ServerParts
    let documents: PersistedDocuments
    let limits: HTTPLimits

    func accept(_ request: WebSocketRequest) async -> WebSocketDecision {
        guard request.subprotocols.contains(WebSocketProtocol.name) else {
            return request.subprotocols.isEmpty ? .passOn : .refuse(400)
        }
        guard request.isSameOrigin else { return .refuse(403) }
        let headers: HTTPHeaders = ["sec-websocket-protocol": WebSocketProtocol.name]
        let device = String((request.headers.first(name: "user-agent") ?? "").prefix(120))
        return .accept(
            WebSocketAcceptance(headers: headers) { channel in
                let handler = GraphQLSocket(
                    parts: parts,
                    documents: documents,
                    limits: limits,
                    client: GraphQLClient(
                        address: request.address,
                        device: device,
                        requestID: request.id,
                        traceName: "WebSocket /graphql"
                    )
                )
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        )
    }
}
