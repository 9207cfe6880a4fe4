import AtlasCore
public import AtlasPorts
import CCairo
import Dispatch

/// Prints through cairo: real text in embedded fonts, with a tagged structure that screen readers follow.
///
/// A document takes some milliseconds, on one thread of its own.
public final class CairoPrinter: DocumentPrinter {
    /// Documents that may wait; one more is refused.
    static let waitingLimit = 32
    /// Cells and paragraphs of one document.
    static let blockLimit = 200_000

    private let thread = DispatchQueue(label: "atlas.cairo")
    private let line = WaitingLine()

    /// A printer.
    public init() {}

    /// The document as PDF.
    public func pdf(_ document: PrintedDocument) async throws -> [UInt8] {
        guard line.enter(limit: Self.waitingLimit) else {
            throw AtlasError(.unavailable, "Too many documents are being printed. Try again in a moment.")
        }
        defer { line.leave() }
        return try await withCheckedThrowingContinuation { continuation in
            thread.async { continuation.resume(with: Result { try CairoDocument(document).bytes() }) }
        }
    }
}
