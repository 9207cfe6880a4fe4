import AtlasAPI
import Diagrams
import GraphQL

/// Fields of the typed graph, probes and timelines: all plain properties.
enum GraphResolvers {
    static func bind(_ resolvers: inout Resolvers<RequestContext>) {
        bindGraph(&resolvers)
        resolvers.type("OutlineEntry", Words.OutlineEntry.self) { entry in
            entry.field("depth") { $0.depth }
            entry.field("text") { $0.text }
            entry.field("target") { $0.target }
        }
        resolvers.type("FailureAnswer", FailureAnswer.self) { answer in
            answer.field("nodes") { $0.nodes }
            answer.field("fails") { $0.fails }
            answer.field("degrades") { $0.degrades }
        }
        resolvers.type("NodeFate", FailureAnswer.NodeState.self) { node in
            node.field("id") { $0.id }
            node.field("state") { $0.state.rawValue }
            node.field("reason") { $0.reason }
            node.field("chain") { $0.chain }
            node.field("isCause") { $0.isCause }
        }
        resolvers.type("Probe", Probe.self) { probe in
            probe.field("id") { $0.id }
            probe.field("question") { $0.question }
            probe.field("kill") { $0.kill }
            probe.field("answer") { $0.answer }
            probe.field("fails") { $0.fails }
            probe.field("degrades") { $0.degrades }
            probe.field("distractors") { $0.distractors }
        }
        resolvers.type("Distractor", Distractor.self) { distractor in
            distractor.field("text") { $0.text }
            distractor.field("why") { $0.why }
        }
        resolvers.type("SourceLink", SourceLink.self) { link in
            link.field("title") { $0.title }
            link.field("url") { $0.url }
        }
        resolvers.type("LabFile", LabFile.self) { file in
            file.field("path") { $0.path }
            file.field("purpose") { $0.purpose }
        }
        resolvers.type("LabCheck", LabCheck.self) { check in
            check.field("id") { $0.id }
            check.field("text") { $0.text }
            check.field("hintCount") { $0.hints.count }
        }
        resolvers.type("TimelineStep", TimelineStep.self) { step in
            step.field("at") { $0.at }
            step.field("text") { $0.text }
            step.field("states") { $0.states }
        }
        resolvers.type("NodeState", NodeState.self) { state in
            state.field("node") { $0.node }
            state.field("state") { $0.state.rawValue }
            state.field("changed") { $0.changed }
        }
    }

    private static func bindGraph(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Graph", Graph.self) { graph in
            graph.field("nodes") { graph in graph.nodes.map { NodeInGraph(node: $0, graph: graph) } }
            graph.field("edges") { $0.edges }
            graph.field("groups") { $0.groups }
        }
        resolvers.type("GraphNode", NodeInGraph.self) { node in
            node.field("id") { $0.node.id }
            node.field("label") { $0.node.label }
            node.field("kind") { $0.node.kind.rawValue }
            node.field("purpose") { $0.node.record?.purpose ?? "" }
            node.field("ifLost") { $0.node.record?.ifLost ?? "" }
            node.field("replicas") { $0.node.record?.replicas ?? 1 }
            node.field("stateful") { $0.node.record?.stateful ?? false }
            node.field("topics") { $0.node.record?.topics ?? [] }
            node.field("numbers") { $0.node.record?.numbers ?? [] }
            node.field("incoming") { it in it.graph.edges.filter { $0.to == it.node.id }.map(\.id) }
            node.field("outgoing") { it in it.graph.edges.filter { $0.from == it.node.id }.map(\.id) }
        }
        resolvers.type("NumberFact", NodeRecord.Number.self) { number in
            number.field("name") { $0.name }
            number.field("value") { $0.value }
            number.field("source") { $0.source }
        }
        resolvers.type("GraphEdge", Edge.self) { edge in
            edge.field("id") { $0.id }
            edge.field("from") { $0.from }
            edge.field("to") { $0.to }
            edge.field("label") { $0.label ?? "" }
            // Only calls have a protocol.
            edge.field("mode") { $0.record.flatMap { $0.protocolName.isEmpty ? nil : $0.mode.rawValue } ?? "" }
            edge.field("protocol") { $0.record?.protocolName ?? "" }
            edge.field("required") { $0.record?.required ?? true }
            edge.field("carries") { $0.record?.carries ?? "" }
            edge.field("fallback") { $0.record?.fallback }
            edge.field("step") { $0.step }
        }
        resolvers.type("GraphGroup", Group.self) { group in
            group.field("id") { $0.id }
            group.field("label") { $0.label }
            group.field("members") { $0.members }
        }
    }
}
