extension Graph {
    /// What the structure alone says when parts are lost.
    ///
    /// An identifier names a node (all replicas are lost), `ID:N` N replicas of a node, a group (all nodes in it), or an
    /// edge (nothing passes over it). `slow` names what answers too late in the same way.
    ///
    /// An edge leads from who needs something to what is needed. The rules, with their assumptions, are in
    /// docs/failure-model.md. Time grows linearly with the graph.
    public func failing(kill: Set<String>, slow: Set<String> = []) -> FailureAnswer {
        failing(kill: Array(kill), slow: Array(slow))
    }

    /// The same for lists, whose order and repetitions do not matter.
    func failing(kill: [String], slow: [String]) -> FailureAnswer {
        var model = FailureModel(self)
        model.lose(Self.inOrder(kill))
        model.slowDown(Self.inOrder(slow))
        model.spread()
        return model.answer()
    }

    private static func inOrder(_ ids: [String]) -> [String] {
        var names = NameTable()
        for id in ids { names.insert(id) }
        return names.names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// How far the loss of each node alone reaches, in the order of the graph.
    ///
    /// Time grows with the square of the graph.
    public func blastRadius() -> [BlastRadius] {
        let model = FailureModel(self)
        let isUserFacing = model.userFacing()
        return nodes.map { node in
            var copy = model
            copy.lose([node.id])
            copy.spread()
            return copy.count(node.id, isUserFacing)
        }
    }

    /// The nodes whose loss alone makes something fail that a user would notice, in the order of the graph; such
    /// nodes themselves are not among them.
    ///
    /// Time grows with the square of the graph.
    public func singlePointsOfFailure() -> [String] {
        blastRadius().filter { $0.capabilitiesDown > 0 }.map { $0.id }
    }
}
