import Foundation

/// The functions of the system, under names that say what they are.
enum Logarithms {
    static func natural(_ value: Float) -> Float { Float(log(Double(value))) }

    /// 1 / (1 + e^−x), of any x.
    static func logistic(_ value: Double) -> Double { 1 / (1 + exp(-max(min(value, 35), -35))) }
}
