/// Exponential and logarithm from sums, products and quotients only.
///
/// IEEE 754 defines these to the last bit, so a schedule or a prediction is the same on the server and in a browser,
/// where no C library stands behind Swift. Off by a few units in the last place.
enum Elementary {
    private static let log2OfE = 1.442_695_040_888_963_4
    // ln 2 in two parts: the product of the first with a whole number of at most 11 bits is exact.
    private static let ln2High = 0x1.62e42feep-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// e to the power of `value`; 0 and infinity where the result leaves the range of `Double`.
    static func exp(_ value: Double) -> Double {
        guard value == value else { return value }
        guard value < 709.79 else { return .infinity }
        guard value > -745.2 else { return 0 }
        let whole = (value * log2OfE).rounded(.toNearestOrEven)
        let rest = value - whole * ln2High - whole * ln2Low
        // The Taylor series to the 13th power; |rest| is at most 0.347, so the next term is below 5e-18.
        var sum = 1.605_904_383_682_161_3e-10
        sum = sum * rest + 2.087_675_698_786_81e-09
        sum = sum * rest + 2.505_210_838_544_172e-08
        sum = sum * rest + 2.755_731_922_398_589_3e-07
        sum = sum * rest + 2.755_731_922_398_589e-06
        sum = sum * rest + 2.480_158_730_158_730_2e-05
        sum = sum * rest + 0.000_198_412_698_412_698_4
        sum = sum * rest + 0.001_388_888_888_888_889
        sum = sum * rest + 0.008_333_333_333_333_333
        sum = sum * rest + 0.041_666_666_666_666_664
        sum = sum * rest + 0.166_666_666_666_666_66
        sum = sum * rest + 0.5
        sum = sum * rest + 1
        sum = sum * rest + 1
        // In two factors, as the power alone may be below the smallest normal number.
        let exponent = Int(whole)
        let half = exponent / 2
        return sum * powerOfTwo(half) * powerOfTwo(exponent - half)
    }

    /// The natural logarithm; -infinity for 0, NaN below.
    static func log(_ value: Double) -> Double {
        guard value > 0, value < .infinity else {
            return value == 0 ? -.infinity : value == .infinity ? .infinity : .nan
        }
        var exponent = 0.0
        var normal = value
        if value < 0x1p-1022 {
            normal *= 0x1p54
            exponent = -54
        }
        exponent += Double(Int(truncatingIfNeeded: normal.bitPattern >> 52) - 1_023)
        var mantissa = Double(bitPattern: normal.bitPattern & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        if mantissa > 1.414_213_562_373_095_1 {
            mantissa *= 0.5
            exponent += 1
        }
        return series((mantissa - 1) / (mantissa + 1)) + exponent * ln2Low + exponent * ln2High
    }

    /// ln(1 + value), exact for small values too.
    static func log1p(_ value: Double) -> Double {
        value > -0.29 && value < 0.41 ? series(value / (2 + value)) : log(1 + value)
    }

    /// A positive number to any power.
    static func pow(_ base: Double, _ exponent: Double) -> Double {
        exp(exponent * log(base))
    }

    /// 1/(1 + e^-value), its argument kept within ±35 so that it is never 0 or 1.
    static func logistic(_ value: Double) -> Double {
        1 / (1 + exp(-min(max(value, -35), 35)))
    }

    /// ln((1 + s)/(1 - s)) = 2 (s + s³/3 + s⁵/5 + …) for |s| of at most 0.172.
    private static func series(_ ratio: Double) -> Double {
        let square = ratio * ratio
        var sum = 0.047_619_047_619_047_616
        sum = sum * square + 0.052_631_578_947_368_42
        sum = sum * square + 0.058_823_529_411_764_705
        sum = sum * square + 0.066_666_666_666_666_67
        sum = sum * square + 0.076_923_076_923_076_93
        sum = sum * square + 0.090_909_090_909_090_91
        sum = sum * square + 0.111_111_111_111_111_1
        sum = sum * square + 0.142_857_142_857_142_85
        sum = sum * square + 0.2
        sum = sum * square + 0.333_333_333_333_333_3
        return 2 * ratio + 2 * ratio * (sum * square)
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(truncatingIfNeeded: exponent + 1_023) << 52)
    }
}
