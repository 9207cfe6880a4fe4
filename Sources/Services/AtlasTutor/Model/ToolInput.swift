import Foundation

/// What a model hands to a tool.
enum ToolInput {
    private struct Search: Decodable {
        let query: String
    }

    /// The query of a search; `nil` for anything else.
    static func query(_ json: String) -> String? {
        try? JSONDecoder().decode(Search.self, from: Data(json.utf8)).query
    }
}
