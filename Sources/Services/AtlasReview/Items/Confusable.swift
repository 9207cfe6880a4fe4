import AtlasAPI

/// Which topics are taken for one another.
enum Confusable {
    /// Pairs of topics of the syllabus that share words or shape and differ in what matters.
    static let pairs: [(String, String)] = [
        ("A5", "H1"), ("A6", "I1"), ("A7", "D4"), ("B5", "E7"), ("B8", "C8"), ("C4", "K2"), ("C5", "I1"), ("C6", "D1"),
        ("D1", "D2"), ("D3", "J5"), ("D6", "D7"), ("D7", "K7"), ("E1", "E2"), ("E2", "E3"), ("E4", "E6"), ("E5", "E8"),
        ("E5", "L7"), ("F2", "G1"), ("F3", "F5"), ("F3", "H6"), ("F7", "L4"), ("G2", "E8"), ("G3", "G4"), ("G3", "I1"),
        ("H1", "H2"), ("H2", "H3"), ("H4", "J2"), ("H5", "H6"), ("H7", "K4"), ("I1", "I2"), ("I2", "I3"), ("I7", "K5"),
        ("J1", "J3"), ("J1", "J5"), ("J2", "J3"), ("J4", "J5"), ("K1", "K3"), ("K2", "K4"), ("K4", "K5"), ("L1", "L2"),
        ("L2", "L5"), ("L3", "L4"), ("L3", "L6"), ("L7", "L8"), ("M3", "M4"), ("N1", "N2"), ("O3", "O4"),
    ]

    static func areConfusable(_ left: [String], _ right: [String]) -> Bool {
        pairs.contains { pair in
            left.contains(pair.0) && right.contains(pair.1) || left.contains(pair.1) && right.contains(pair.0)
        }
    }

    /// 0 for confusable topics, 1 for the same category, 2 otherwise.
    static func distance(_ left: ItemHeader, _ right: ItemHeader) -> Int {
        if areConfusable(left.topics, right.topics) { return 0 }
        return left.category == right.category ? 1 : 2
    }
}
