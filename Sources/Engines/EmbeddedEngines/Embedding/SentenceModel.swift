public import AtlasCore
import Foundation
public import Retrieval

/// all-MiniLM-L6-v2 as it lies in a folder: `model.safetensors` and `vocab.txt`.
///
/// `scripts/setup-embedder.sh` puts it into `build/minilm`.
public enum SentenceModel {
    /// The longest header of a file of tensors, in bytes; that of the model takes 11 KB.
    private static let headerBytes = 1 << 20

    /// Reads the model.
    ///
    /// - Throws: `AtlasError.notFound` if a file is missing, `.invalid` with what is wrong in which file.
    public static func load(_ folder: String) throws(AtlasError) -> SentenceEncoder {
        let vocabulary = String(decoding: try file("vocab.txt", in: folder), as: UTF8.self)
        let lines = vocabulary.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let pieces = WordPieces(vocabulary: lines, decompose: { $0.decomposedStringWithCanonicalMapping }) else {
            throw AtlasError(
                .invalid,
                "\(folder)/vocab.txt is no vocabulary of BERT: [UNK], [CLS] or [SEP] is missing."
            )
        }
        let name = "model.safetensors"
        let tensors = try tensors(try file(name, in: folder), "\(folder)/\(name)")
        do {
            return try SentenceEncoder(pieces, tensor: tensors)
        } catch {
            throw AtlasError(.invalid, "\(folder)/\(name) is not the model that was expected: \(error).")
        }
    }

    private static func file(_ name: String, in folder: String) throws(AtlasError) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: folder).appending(path: name), options: .mappedIfSafe)
        } catch {
            throw AtlasError(.notFound, "\(folder)/\(name) cannot be read.", cause: error)
        }
    }

    /// Where a tensor's numbers lie, counted from the end of the header.
    private struct Place: Decodable {
        let dtype: String
        let offsets: [Int]

        private enum CodingKeys: String, CodingKey {
            case dtype
            case offsets = "data_offsets"
        }
    }

    /// The header's entries; `__metadata__`, which is none, comes out as `nil`.
    private struct Entry: Decodable {
        let place: Place?

        init(from decoder: any Decoder) throws { place = try? Place(from: decoder) }
    }

    /// Source: the safetensors format: eight bytes of length, a header in JSON, the numbers, all little-endian.
    private static func tensors(_ data: Data, _ path: String) throws(AtlasError) -> (String) -> [Float]? {
        let length =
            data.count >= 8 ? data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) } : 0
        guard length > 0, length <= headerBytes, data.count >= 8 + Int(length),
            let entries = try? JSONDecoder().decode([String: Entry].self, from: data[8..<8 + Int(length)])
        else { throw AtlasError(.invalid, "\(path) is no file of tensors: its header cannot be read.") }
        let start = 8 + Int(length)
        return { name in
            guard let place = entries[name]?.place, place.dtype == "F32", place.offsets.count == 2,
                let low = place.offsets.first, let high = place.offsets.last, low >= 0, high >= low,
                high <= data.count - start, (high - low) % 4 == 0
            else { return nil }
            // In one piece: number by number it took seconds. Swift runs on no machine that is big-endian.
            return data.withUnsafeBytes { bytes in
                let numbers = UnsafeRawBufferPointer(rebasing: bytes[start + low..<start + high])
                return [Float](unsafeUninitializedCapacity: numbers.count / 4) { room, filled in
                    UnsafeMutableRawBufferPointer(room).copyMemory(from: numbers)
                    filled = numbers.count / 4
                }
            }
        }
    }
}
