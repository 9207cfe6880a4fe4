extension SVG {
    /// The look of diagrams, for the page that shows them.
    ///
    /// Every colour is a custom property with a fallback.
    ///
    /// `--dg-canvas`, `--dg-text`, `--dg-muted`, `--dg-node-fill`, `--dg-node-stroke`, `--dg-edge`, `--dg-label-fill`,
    /// `--dg-group-fill`, `--dg-group-stroke`, `--dg-note-fill`, `--dg-note-stroke`, `--dg-focus`, `--dg-font`, and
    /// `--dg-kind-KIND` for each kind of node.
    public static let stylesheet: String = {
        var text = """
            .atlas-diagram{font-family:var(--dg-font,Inter,ui-sans-serif,system-ui,sans-serif);color:var(--dg-text,#0f172a)}
            .atlas-diagram text{fill:var(--dg-text,#0f172a);white-space:pre}
            .atlas-diagram .dg-canvas{fill:var(--dg-canvas,#fff)}
            .atlas-diagram .dg-node{--dg-accent:var(--dg-node-stroke,#94a3b8)}
            .atlas-diagram .dg-shape,.atlas-diagram .dg-shadow{fill:var(--dg-node-fill,#fff);\
            stroke:var(--dg-accent);stroke-width:1.5;stroke-linejoin:round}
            .atlas-diagram .dg-shadow{stroke-opacity:.45}
            .atlas-diagram .dg-tint{fill:var(--dg-accent);fill-opacity:.07;stroke:none}
            .atlas-diagram .dg-detail{fill:none;stroke:var(--dg-accent);stroke-width:1.5;stroke-linecap:round}
            .atlas-diagram .dg-mark{fill:var(--dg-muted,#475569);stroke:var(--dg-muted,#475569);stroke-width:1.5}
            .atlas-diagram .dg-bare{fill:none;stroke:none}
            .atlas-diagram .dg-chip{fill:var(--dg-accent);fill-opacity:.16}
            .atlas-diagram .dg-icon{fill:none;stroke:var(--dg-accent);stroke-width:1.5;stroke-linecap:round;\
            stroke-linejoin:round}
            .atlas-diagram .dg-node-label{font-size:14px;font-weight:600}
            .atlas-diagram .dg-edge-line{fill:none;stroke:var(--dg-edge,#64748b);stroke-width:1.5}
            .atlas-diagram .dg-dotted>.dg-edge-line{stroke-dasharray:5 4}
            .atlas-diagram .dg-thick>.dg-edge-line{stroke-width:3}
            .atlas-diagram .dg-edge-hit{fill:none;stroke:transparent;stroke-width:14;pointer-events:stroke}
            .atlas-diagram .dg-head{fill:var(--dg-edge,#64748b);stroke:var(--dg-edge,#64748b);stroke-width:1;\
            stroke-linejoin:round}
            .atlas-diagram .dg-head-open{fill:none;stroke:var(--dg-edge,#64748b);stroke-width:1.75;\
            stroke-linecap:round;stroke-linejoin:round}
            .atlas-diagram .dg-head-ring{fill:var(--dg-canvas,#fff);stroke:var(--dg-edge,#64748b);stroke-width:1.5}
            .atlas-diagram .dg-label-back{fill:var(--dg-label-fill,#fff)}
            .atlas-diagram .dg-edge-label{font-size:12px;fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-message-label{font-size:13px}
            .atlas-diagram .dg-number{fill:var(--dg-edge,#64748b)}
            .atlas-diagram .dg-number-text{font-size:11px;font-weight:600;fill:var(--dg-canvas,#fff)}
            .atlas-diagram .dg-group-frame{fill:var(--dg-group-fill,#64748b);fill-opacity:.06;\
            stroke:var(--dg-group-stroke,#cbd5e1);stroke-width:1.25}
            .atlas-diagram .dg-group-title{font-size:12px;font-weight:600;fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-lifeline{stroke:var(--dg-group-stroke,#cbd5e1);stroke-width:1.5;stroke-dasharray:4 4}
            .atlas-diagram .dg-lifeline-end{stroke:var(--dg-edge,#64748b);stroke-width:2;stroke-linecap:round;fill:none}
            .atlas-diagram .dg-bar{fill:var(--dg-bar-fill,#e2e8f0);stroke:var(--dg-node-stroke,#94a3b8);stroke-width:1.25}
            .atlas-diagram .dg-fragment{fill:none;stroke:var(--dg-node-stroke,#94a3b8);stroke-width:1.25}
            .atlas-diagram .dg-fragment-rect{fill:var(--dg-group-fill,#64748b);fill-opacity:.09;stroke:none}
            .atlas-diagram .dg-tab{fill:var(--dg-bar-fill,#e2e8f0);stroke:var(--dg-node-stroke,#94a3b8);stroke-width:1.25}
            .atlas-diagram .dg-tab-text{font-size:11px;font-weight:600}
            .atlas-diagram .dg-section{stroke:var(--dg-node-stroke,#94a3b8);stroke-width:1.25;stroke-dasharray:6 4}
            .atlas-diagram .dg-fragment-label{font-size:12px;fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-note{fill:var(--dg-note-fill,#fef9c3);stroke:var(--dg-note-stroke,#d4b106);\
            stroke-width:1;stroke-linejoin:round}
            .atlas-diagram .dg-note-text{font-size:12px;fill:var(--dg-note-text,#422006)}
            .atlas-diagram .dg-note-link{fill:none;stroke:var(--dg-note-stroke,#d4b106);stroke-width:1.25;\
            stroke-dasharray:3 3}
            .atlas-diagram .dg-head-hollow{fill:var(--dg-canvas,#fff);stroke:var(--dg-edge,#64748b);stroke-width:1.5;\
            stroke-linejoin:round}
            .atlas-diagram .dg-end-label{font-size:12px;fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-compartment-line{stroke:var(--dg-accent);stroke-width:1}
            .atlas-diagram .dg-header{font-size:12px;fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-cell{font-size:12.5px}
            .atlas-diagram .dg-type,.atlas-diagram .dg-comment{fill:var(--dg-muted,#475569)}
            .atlas-diagram .dg-keys{font-size:11px;font-weight:600;fill:var(--dg-focus,#2563eb)}
            .atlas-diagram .dg-abstract{font-style:italic}
            .atlas-diagram .dg-static{text-decoration:underline}
            .atlas-diagram .dg-box-head{fill:var(--dg-accent);fill-opacity:.1}
            .atlas-diagram .dg-region>.dg-group-frame{fill-opacity:.04;stroke-dasharray:6 4}
            .atlas-diagram.dg-state .dg-group-frame{stroke:var(--dg-node-stroke,#94a3b8)}
            .atlas-diagram .dg-role-end .dg-detail{fill:var(--dg-muted,#475569);stroke:none}
            .atlas-diagram .dg-role-end .dg-shape{stroke:var(--dg-muted,#475569)}
            .atlas-diagram .dg-role-period .dg-shape{fill:var(--dg-period-fill,#e0e7ff);stroke:var(--dg-focus,#2563eb)}
            .atlas-diagram .dg-event-label{font-size:13px}
            .atlas-diagram [role=button]{cursor:pointer}
            .atlas-diagram [role=button]:focus{outline:none}
            .atlas-diagram [role=button]:focus-visible .dg-shape{stroke:var(--dg-focus,#2563eb);stroke-width:3}
            .atlas-diagram [role=button]:focus-visible .dg-edge-line{stroke:var(--dg-focus,#2563eb);stroke-width:3}
            .atlas-diagram [role=button]:focus-visible .dg-edge-label{fill:var(--dg-focus,#2563eb)}

            """
        for kind in NodeKind.allCases where kind != .unknown {
            let name = kind.rawValue
            text += ".atlas-diagram .dg-kind-\(name){--dg-accent:var(--dg-kind-\(name),\(kind.accent))}\n"
        }
        return text
    }()
}
