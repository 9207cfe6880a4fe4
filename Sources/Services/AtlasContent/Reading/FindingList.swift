import AtlasAPI

/// Collects what is wrong with one file.
final class FindingList {
    private(set) var all: [Finding] = []

    func error(_ place: Place, _ message: String, remedy: String) {
        add(Finding(.error, line: place.line, column: place.column, message, remedy: remedy))
    }

    func warning(_ place: Place, _ message: String, remedy: String) {
        add(Finding(.warning, line: place.line, column: place.column, message, remedy: remedy))
    }

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// By line and column.
    var sorted: [Finding] {
        all.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }
        .map(\.element)
    }

    private func add(_ finding: Finding) {
        if all.count < ContentLimits.findings { all.append(finding) }
    }
}

/// A place in the whole file; both count from 1, columns in Unicode scalars.
struct Place: Sendable, Equatable {
    let line: Int
    let column: Int

    init(line: Int, column: Int = 1) {
        self.line = line
        self.column = column
    }

    static let start = Place(line: 1)
}
