// What the page sees of the diagram engine: several modules, each linked from those of these functions that it exports.
//
// The page writes a request to where `atlas_request` says; another function answers it and returns the length of the
// answer, which is where `atlas_answer` says. `read.wasm` has the language and the words and gives the graph to the
// modules that the question needs: it imports `ask` and `take`, with which the page connects the modules.

/// The request, then the answer to it.
nonisolated(unsafe) private var buffer: [UInt8] = []

/// A graph on its way to another module may be longer than the request that it came from.
private let largestBuffer = 64 * DiagramRequests.maxRequestBytes

/// Makes room for a request; 0 when it is too long.
@_cdecl("atlas_request")
public func atlasRequest(_ count: Int32) -> UnsafeMutablePointer<UInt8>? {
    guard count >= 0, count <= largestBuffer else { return nil }
    buffer = Array(repeating: 0, count: Int(count))
    return atlasAnswer()
}

/// Where the answer is.
///
/// The address stays valid until the buffer is exchanged: it is in the heap, and nothing else refers to it.
@_cdecl("atlas_answer")
public func atlasAnswer() -> UnsafeMutablePointer<UInt8>? {
    buffer.withUnsafeMutableBufferPointer { $0.baseAddress }
}

// MARK: - read.wasm: the language

/// The functions of other modules, by the numbers that web/src/engine/instance.ts knows them by.
private enum Other: Int32 {
    case draw, tell, failing, simulate
}

/// Draws a diagram and tells it in words.
@_cdecl("atlas_render")
public func atlasRender() -> Int32 {
    answer(
        DiagramRequests.answer(buffer) { request, graph, warnings in
            DiagramRequests.render(
                request,
                graph,
                warnings,
                drawing: { String(decoding: asked(.draw, GraphCodec.bytes(of: $0, $1)), as: UTF8.self) },
                telling: { asked(.tell, GraphCodec.bytes(of: $0)) }
            )
        }
    )
}

/// Reads the source of a request and gives its graph, with the request, to the module for this question.
@_cdecl("atlas_pass")
public func atlasPass(_ question: Int32) -> Int32 {
    let request = buffer
    guard let other = Other(rawValue: question) else { return answer([]) }
    return answer(
        DiagramRequests.answer(request) { _, graph, _ in asked(other, GraphCodec.bytes(of: graph) + request) }
    )
}

/// Has another module answer; how many bytes its answer has.
@_extern(wasm, module: "atlas", name: "ask") @_extern(c)
private func ask(_ other: Int32, _ start: UnsafePointer<UInt8>?, _ count: Int32) -> Int32

/// Has that answer written to an address.
@_extern(wasm, module: "atlas", name: "take") @_extern(c)
private func take(_ start: UnsafeMutablePointer<UInt8>?)

private func asked(_ other: Other, _ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.withUnsafeBufferPointer { ask(other.rawValue, $0.baseAddress, Int32($0.count)) }
    var answer: [UInt8] = Array(repeating: 0, count: Int(count))
    answer.withUnsafeMutableBufferPointer { take($0.baseAddress) }
    return answer
}

// MARK: - draw.wasm: the picture

/// Draws a graph.
@_cdecl("atlas_draw")
public func atlasDraw() -> Int32 {
    let (graph, options, _) = GraphCodec.order(of: buffer)
    return answer(SVG.render(graph, layout: LayoutEngine.layout(graph), options: options).utf8)
}

// MARK: - tell.wasm: what there is to say about a graph

/// Tells a graph in words.
@_cdecl("atlas_tell")
public func atlasTell() -> Int32 {
    answer(DiagramRequests.words(GraphCodec.order(of: buffer).graph))
}

/// Answers a question what breaks.
@_cdecl("atlas_failing")
public func atlasFailing() -> Int32 {
    answered { DiagramRequests.failing($0, $1) }
}

/// Plays requests through a graph.
@_cdecl("atlas_simulate")
public func atlasSimulate() -> Int32 {
    answered { DiagramRequests.simulate($0, $1) }
}

private func answered(_ body: (JSONValue, Graph) -> [UInt8]) -> Int32 {
    let (graph, _, request) = GraphCodec.order(of: buffer)
    do throws(JSONReader.Failure) {
        return answer(body(try JSONReader.value(of: request), graph))
    } catch {
        return answer([])
    }
}

private func answer(_ bytes: [UInt8]) -> Int32 {
    buffer = bytes
    return Int32(buffer.count)
}
