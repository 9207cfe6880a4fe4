import AtlasCore
import Foundation

/// The file of the only GraphQL documents that are answered.
enum DocumentList {
    /// Documents by their SHA-256; `nil` for an empty path.
    ///
    /// - Throws: `AtlasError.invalid` that names the setting.
    static func read(_ path: String) throws -> [String: String]? {
        guard !path.isEmpty else { return nil }
        let file = Installation.find(path)
        guard let data = FileManager.default.contents(atPath: file) else {
            throw AtlasError(
                .invalid,
                "graphql.allowedDocuments: there is no file \(file).",
                field: "graphql.allowedDocuments"
            )
        }
        guard let documents = try? JSONDecoder().decode([String: String].self, from: data) else {
            throw AtlasError(
                .invalid,
                "graphql.allowedDocuments: \(file) is not a JSON object of texts.",
                field: "graphql.allowedDocuments"
            )
        }
        return documents
    }
}
