// What the page sees of the diagram engine. A request is written into the buffer that `atlas_request` gives, one of the
// other functions answers it and says how many bytes there are, `atlas_answer` says where.

/// The request, then the answer to it.
nonisolated(unsafe) private var buffer: [UInt8] = []

/// Makes room for a request; 0 when it is too long.
@_expose(wasm, "atlas_request") @_cdecl("atlas_request")
public func atlasRequest(_ count: Int32) -> UnsafeMutablePointer<UInt8>? {
    guard count >= 0, count <= DiagramRequests.maxRequestBytes else { return nil }
    buffer = Array(repeating: 0, count: max(1, Int(count)))
    return start()
}

/// Where the answer is.
@_expose(wasm, "atlas_answer") @_cdecl("atlas_answer")
public func atlasAnswer() -> UnsafeMutablePointer<UInt8>? {
    start()
}

/// Answers a request to draw a diagram.
@_expose(wasm, "atlas_render") @_cdecl("atlas_render")
public func atlasRender() -> Int32 {
    buffer = DiagramRequests.render(buffer)
    return Int32(buffer.count)
}

/// Answers a question what breaks.
@_expose(wasm, "atlas_failing") @_cdecl("atlas_failing")
public func atlasFailing() -> Int32 {
    buffer = DiagramRequests.failing(buffer)
    return Int32(buffer.count)
}

/// The address stays valid until the buffer is exchanged: it is in the heap and nothing else refers to it.
private func start() -> UnsafeMutablePointer<UInt8>? {
    buffer.withUnsafeMutableBufferPointer { $0.baseAddress }
}
