import CVectors

/// Turns text into a vector whose direction says what it is about: all-MiniLM-L6-v2, or another BERT of its shape.
///
/// Pieces of words, six layers of attention, the mean over the pieces, length 1. Texts of 256 pieces at most are read to
/// their end. Source: the model card of sentence-transformers/all-MiniLM-L6-v2, and BERT.
public struct SentenceEncoder: Sendable {
    /// Numbers of a vector.
    public static let dimensions = 384
    /// Pieces that are read of a text, start and end included.
    public static let pieceLimit = 256

    private static let heads = 12
    private static let layers = 6
    private static let inner = 1_536
    private static let positions = 512

    /// What is wrong with a model.
    public enum Problem: Error, Sendable, Equatable {
        /// A tensor is missing, or has another number of elements than expected.
        case tensor(String, expected: Int, found: Int?)
        /// The vocabulary lacks the pieces that every BERT has.
        case vocabulary
    }

    private struct Linear: Sendable {
        let packed: [Float]
        let bias: [Float]
        let inputs: Int
        let outputs: Int

        func apply(_ x: [Float], _ rows: Int, _ result: inout [Float]) {
            vectors_linear(x, rows, inputs, packed, bias, outputs, &result)
        }
    }

    private struct Norm: Sendable {
        let scale: [Float]
        let shift: [Float]

        func apply(_ x: inout [Float], adding added: [Float]? = nil, _ rows: Int) {
            if let added {
                vectors_normalise(&x, added, scale, shift, rows, scale.count)
            } else {
                vectors_normalise(&x, nil, scale, shift, rows, scale.count)
            }
        }
    }

    private struct Layer: Sendable {
        let query: Linear
        let key: Linear
        let value: Linear
        let attended: Linear
        let attendedNorm: Norm
        let wider: Linear
        let narrower: Linear
        let norm: Norm
    }

    private let tokenizer: WordPieces
    private let words: [Float]
    private let places: [Float]
    private let norm: Norm
    private let layers: [Layer]

    /// - Parameters:
    ///   - tokenizer: With the model's own vocabulary.
    ///   - tensor: The numbers of a tensor by its name in the model's file, row by row; `nil` if there is none.
    public init(_ tokenizer: WordPieces, tensor: (String) -> [Float]?) throws(Problem) {
        let width = Self.dimensions
        func numbers(_ name: String, _ count: Int?) throws(Problem) -> [Float] {
            let found = tensor(name)
            guard let found, !found.isEmpty, found.count == count ?? found.count else {
                throw .tensor(name, expected: count ?? width, found: found?.count)
            }
            return found
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(Problem) -> Linear {
            let weights = try numbers("\(name).weight", inputs * outputs)
            var packed = [Float](repeating: 0, count: weights.count)
            vectors_pack(weights, outputs, inputs, &packed)
            return Linear(packed: packed, bias: try numbers("\(name).bias", outputs), inputs: inputs, outputs: outputs)
        }
        func norm(_ name: String) throws(Problem) -> Norm {
            Norm(scale: try numbers("\(name).weight", width), shift: try numbers("\(name).bias", width))
        }
        self.tokenizer = tokenizer
        words = try numbers("embeddings.word_embeddings.weight", nil)
        let kinds = try numbers("embeddings.token_type_embeddings.weight", nil)
        // Every text is of the first kind.
        var places = try numbers("embeddings.position_embeddings.weight", Self.positions * width)
        for index in places.indices { places[index] += kinds[index % width] }
        self.places = places
        self.norm = try norm("embeddings.LayerNorm")
        var layers: [Layer] = []
        for number in 0..<Self.layers {
            let name = "encoder.layer.\(number)"
            layers.append(
                Layer(
                    query: try linear("\(name).attention.self.query", width, width),
                    key: try linear("\(name).attention.self.key", width, width),
                    value: try linear("\(name).attention.self.value", width, width),
                    attended: try linear("\(name).attention.output.dense", width, width),
                    attendedNorm: try norm("\(name).attention.output.LayerNorm"),
                    wider: try linear("\(name).intermediate.dense", width, Self.inner),
                    narrower: try linear("\(name).output.dense", Self.inner, width),
                    norm: try norm("\(name).output.LayerNorm")
                )
            )
        }
        self.layers = layers
    }

    /// The vector of a text, of length 1.
    public func encode(_ text: String) -> [Float] {
        let pieces = tokenizer.pieces(text, limit: Self.pieceLimit)
        let (width, rows) = (Self.dimensions, pieces.count)
        var x = [Float](repeating: 0, count: rows * width)
        for (row, piece) in pieces.enumerated() {
            // A vocabulary longer than the model's has numbers that the model does not know.
            let start = Int(piece) * width
            guard start >= 0, start + width <= words.count else { continue }
            for place in 0..<width { x[row * width + place] = words[start + place] + places[row * width + place] }
        }
        norm.apply(&x, rows)
        var room = Room(rows: rows, width: width, inner: Self.inner, heads: Self.heads)
        for layer in layers { apply(layer, &x, &room) }
        return Self.mean(x, rows)
    }

    private struct Room {
        let rows: Int
        var queries: [Float]
        var keys: [Float]
        var values: [Float]
        var attended: [Float]
        var wide: [Float]
        var scratch: [Float]

        init(rows: Int, width: Int, inner: Int, heads: Int) {
            self.rows = rows
            queries = Array(repeating: 0, count: rows * width)
            keys = queries
            values = queries
            attended = queries
            wide = Array(repeating: 0, count: rows * inner)
            scratch = Array(repeating: 0, count: rows * (width / heads + 1))
        }
    }

    private func apply(_ layer: Layer, _ x: inout [Float], _ room: inout Room) {
        let rows = room.rows
        layer.query.apply(x, rows, &room.queries)
        layer.key.apply(x, rows, &room.keys)
        layer.value.apply(x, rows, &room.values)
        vectors_attend(
            room.queries,
            room.keys,
            room.values,
            rows,
            Self.dimensions,
            Self.heads,
            &room.scratch,
            &room.attended
        )
        layer.attended.apply(room.attended, rows, &room.queries)
        layer.attendedNorm.apply(&x, adding: room.queries, rows)
        layer.wider.apply(x, rows, &room.wide)
        vectors_gelu(&room.wide, room.wide.count)
        layer.narrower.apply(room.wide, rows, &room.queries)
        layer.norm.apply(&x, adding: room.queries, rows)
    }

    private static func mean(_ x: [Float], _ rows: Int) -> [Float] {
        var mean = [Float](repeating: 0, count: dimensions)
        for row in 0..<rows {
            for place in 0..<dimensions { mean[place] += x[row * dimensions + place] }
        }
        let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? mean.map { $0 / length } : mean
    }
}
