/// Random numbers that are the same on every platform.
///
/// Source: xoshiro256** by Blackman and Vigna, seeded with SplitMix64. Only sums, products and quotients are used, which
/// IEEE 754 defines to the last bit; the platform's logarithm would differ in some.
struct LoadRandom {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(seed: UInt64) {
        var mixer = seed
        func mixed() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var value = mixer
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
        state = (mixed(), mixed(), mixed(), mixed())
    }

    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }

    /// Above 0, at most 1.
    mutating func uniform() -> Double {
        Double((next() >> 11) + 1) * 0x1p-53
    }

    /// Exponentially distributed with mean 1.
    mutating func exponential() -> Double {
        -naturalLogarithm(uniform())
    }
}

/// The natural logarithm of a positive, normal number; off by at most a few units in the last place.
func naturalLogarithm(_ value: Double) -> Double {
    var exponent = Double(Int(truncatingIfNeeded: value.bitPattern >> 52) - 1_023)
    var mantissa = Double(bitPattern: value.bitPattern & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if mantissa > 1.414_213_562_373_095_1 {
        mantissa *= 0.5
        exponent += 1
    }
    // ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1), at most 0.172.
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    var sum = 0.0
    var divisor = 21.0
    while divisor > 0 {
        sum = sum * square + 1 / divisor
        divisor -= 2
    }
    return 2 * ratio * sum + exponent * 0.693_147_180_559_945_3
}
