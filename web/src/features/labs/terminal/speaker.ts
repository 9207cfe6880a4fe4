// Several windows of a browser may show one terminal, and a program's question to it must be answered once.

interface Claim {
  readonly labId: string;
}

/** Whether this window answers for a terminal: the one that took it last, by opening it or by typing. */
export class Speaker {
  private speaks = true;
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel("atlas-lab-terminal") : null;

  constructor(private readonly labId: string) {
    this.channel?.addEventListener("message", (event: MessageEvent<Claim>) => {
      if (event.data.labId === this.labId) this.speaks = false;
    });
    this.tell();
  }

  get isSpeaking(): boolean {
    return this.speaks;
  }

  claim(): void {
    if (this.speaks) return;
    this.speaks = true;
    this.tell();
  }

  close(): void {
    this.channel?.close();
  }

  private tell(): void {
    this.channel?.postMessage({ labId: this.labId });
  }
}
