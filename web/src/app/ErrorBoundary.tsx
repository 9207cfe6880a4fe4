import { Component } from "react";
import type { ReactNode } from "react";
import { Failure } from "../design/Failure";

interface Props {
  readonly children: ReactNode;
}

/** Keeps a page that cannot be loaded or drawn from taking the frame with it. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Failure
        title="This page could not be shown"
        message="A part of Atlas did not load. Reloading fetches it again."
        action="Reload"
        onRetry={() => location.reload()}
      />
    );
  }
}
