/** One conversation with a server, without any client program: what the bytes mean is decided in TypeScript. */
export interface Exchange {
  /** A number is an IP protocol (47 GRE, 50 ESP): one raw packet whose payload is `send`. */
  readonly protocol: 'tcp' | 'udp' | number;
  /** An address, or a name that the machine itself resolves. */
  readonly address: string;
  /** 0 for a raw packet. */
  readonly port: number;
  /** Base64; empty: the server speaks first, or nobody does. */
  readonly send: string;
  /** Enough when this many bytes have come; 0: only to be connected. At most 65536. */
  readonly receiveBytes: number;
  /** For all of it, name and connection included. */
  readonly timeoutMs: number;
}
export interface ExchangeResult {
  /**
   * - `answered`: at least one byte came back
   * - `connected`: TCP only; a connection, and no byte on it
   * - `refused`: reset, or ICMP said so
   * - `silent`: nothing within the time
   * - `unreachable`: no route, no such name, or the machine may not send this
   */
  readonly outcome: 'answered' | 'connected' | 'refused' | 'silent' | 'unreachable';
  /** Base64. */
  readonly received: string;
  /** The address it went to. */
  readonly resolved: string | null;
  readonly detail: string;
}
