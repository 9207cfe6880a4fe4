// What Atlas uses of socket.io-client 4.8; scripts/build-web.sh fetches the bundle, which carries no types.

export interface ConnectError extends Error {
  readonly data?: { readonly code?: string };
}

export interface Socket {
  readonly connected: boolean;
  /** Whether the client goes on trying by itself. */
  readonly active: boolean;
  readonly volatile: Socket;
  connect(): this;
  disconnect(): this;
  timeout(milliseconds: number): { emit(event: string, payload: unknown, answer: (error: Error | null, answer?: unknown) => void): void };
  emit(event: string, payload: unknown): this;
  on(event: "connect", listener: () => void): this;
  on(event: "disconnect", listener: (reason: string) => void): this;
  on(event: "connect_error", listener: (error: ConnectError) => void): this;
  onAny(listener: (event: string, payload: unknown) => void): this;
  readonly io: { reconnection(on: boolean): unknown };
}

export interface Options {
  /** Asked at each attempt to connect. */
  readonly auth: (answer: (payload: object) => void) => void;
  readonly transports: readonly ("websocket" | "polling")[];
  readonly tryAllTransports: boolean;
  readonly autoConnect: boolean;
  readonly reconnectionDelay: number;
  readonly reconnectionDelayMax: number;
  readonly randomizationFactor: number;
  readonly timeout: number;
}

export interface Bundle {
  readonly io: (options: Options) => Socket;
}
