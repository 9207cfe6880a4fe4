extension JSONWriter {
    /// Writes a graph.
    ///
    /// `kind`, `direction`, `title`, `nodes[{id,label,shape,kind,group,line}]`,
    /// `edges[{id,from,to,label,arrow,step,line}]` and `groups[{id,label,parent,members,line}]`; participants are nodes
    /// and messages are edges.
    public mutating func graph(_ graph: Graph) {
        object { writer in
            writer.field("kind", graph.kind.rawValue)
            writer.field("direction", graph.direction.rawValue)
            writer.field("title", graph.title)
            writer.key("nodes")
            writer.array(graph.nodes) { $0.node($1) }
            writer.key("edges")
            writer.array(graph.edges) { $0.edge($1, sign: graph.sign(of: $1)) }
            writer.key("groups")
            writer.array(graph.groups) { $0.group($1) }
        }
    }

    private mutating func node(_ node: Node) {
        object { writer in
            writer.field("id", node.id)
            writer.field("label", node.label)
            writer.field("shape", node.shape.rawValue)
            writer.field("kind", node.kind.rawValue)
            writer.field("group", node.group)
            writer.field("line", node.line)
        }
    }

    private mutating func edge(_ edge: Edge, sign: String) {
        object { writer in
            writer.field("id", edge.id)
            writer.field("from", edge.from)
            writer.field("to", edge.to)
            writer.field("label", edge.label ?? "")
            writer.field("arrow", sign)
            writer.field("step", edge.step)
            writer.field("line", edge.line)
        }
    }

    private mutating func group(_ group: Group) {
        object { writer in
            writer.field("id", group.id)
            writer.field("label", group.label)
            writer.field("parent", group.parent)
            writer.field("members", group.members)
            writer.field("line", group.line)
        }
    }

    /// Writes what is wrong with a source: `[{line,column,message,expected,hint,severity}]`.
    public mutating func diagnostics(_ diagnostics: [Diagnostic]) {
        array(diagnostics) { writer, diagnostic in
            writer.object { writer in
                writer.field("line", diagnostic.line)
                writer.field("column", diagnostic.column)
                writer.field("message", diagnostic.message)
                writer.field("expected", diagnostic.expected)
                writer.field("hint", diagnostic.hint)
                writer.field("severity", diagnostic.severity.rawValue)
            }
        }
    }

    /// Writes the outline: `[{depth,text,target}]`.
    public mutating func outline(_ entries: [Words.OutlineEntry]) {
        array(entries) { writer, entry in
            writer.object { writer in
                writer.field("depth", entry.depth)
                writer.field("text", entry.text)
                writer.field("target", entry.target)
            }
        }
    }

    /// Writes a failure answer as fields of an object: `fails`, `degrades`, `unknown`, and, with the same fields each,
    /// `nodes[{id,state,reason,chain,isCause,isUserFacing}]` and `capabilities`.
    public mutating func fields(of answer: FailureAnswer) {
        field("fails", answer.fails)
        field("degrades", answer.degrades)
        field("unknown", answer.unknown)
        key("nodes")
        array(answer.nodes) { $0.fate($1) }
        key("capabilities")
        array(answer.capabilities) { $0.fate($1) }
    }

    private mutating func fate(_ node: FailureAnswer.NodeState) {
        object { writer in
            writer.field("id", node.id)
            writer.field("state", node.state.rawValue)
            writer.field("reason", node.reason)
            writer.field("chain", node.chain)
            writer.field("isCause", node.isCause)
            writer.field("isUserFacing", node.isUserFacing)
        }
    }
}
