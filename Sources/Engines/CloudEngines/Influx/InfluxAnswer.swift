import Foundation

/// What `/query` answers.
///
/// Source: "InfluxDB API reference", 1.8, `/query`.
struct InfluxAnswer: Decodable {
    struct Result: Decodable {
        let series: [Series]?
        /// Also with status 200.
        let error: String?
    }

    struct Series: Decodable {
        let tags: [String: String]?
        let columns: [String]
        let values: [[Value]]?

        /// The position of a column; `nil` if it is not there.
        func position(_ column: String) -> Int? { columns.firstIndex(of: column) }
    }

    /// A value of any type.
    enum Value: Decodable {
        case number(Double)
        /// Beyond what a double holds exactly.
        case integer(Int64)
        case text(String)
        case none

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let integer = try? container.decode(Int64.self) {
                self = .integer(integer)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                // A flag, which nobody writes here.
                self = .none
            }
        }

        var double: Double? {
            switch self {
            case .number(let number): number
            case .integer(let integer): Double(integer)
            case .text, .none: nil
            }
        }

        var integer: Int64? {
            switch self {
            case .integer(let integer): integer
            case .number(let number): Int64(exactly: number.rounded())
            case .text, .none: nil
            }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    let results: [Result]?
    let error: String?

    /// What went wrong, in the server's words.
    var problem: String? { error ?? results?.compactMap(\.error).first }

    /// The series of the first statement.
    var series: [Series] { results?.first?.series ?? [] }
}
