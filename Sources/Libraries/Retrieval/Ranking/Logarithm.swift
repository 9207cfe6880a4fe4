/// Logarithms, without a library of C.
enum Logarithm {
    /// ln of a finite number above 0; relative error below 1e-15.
    static func natural(_ value: Double) -> Double {
        var exponent = Double(value.exponent)
        var part = value.significand
        if part > 1.414_213_562_373_095 {
            part /= 2
            exponent += 1
        }
        // ln x = 2·artanh((x − 1)/(x + 1)); the argument is below 0.172, so a dozen terms are enough.
        let ratio = (part - 1) / (part + 1)
        let square = ratio * ratio
        var sum = 0.0
        for term in stride(from: 23.0, through: 1, by: -2) { sum = sum * square + 1 / term }
        return exponent * 0.693_147_180_559_945_3 + 2 * ratio * sum
    }

    /// log₂ of a finite number above 0.
    static func binary(_ value: Double) -> Double { natural(value) * 1.442_695_040_888_963_4 }
}
