/** One of the machines that the work of an engine goes to. */
export interface PoolServer {
  /** Scheme, host and port. Its name, too: a job's handle carries it. */
  origin: string;
  /** How many jobs it may have at once, running or in its own line. */
  slots: number;
}

/** A server as it was last seen. */
export interface ServerState extends PoolServer {
  /** Jobs that it runs or has in line, whoever sent them; null while it does not answer. */
  busy: number | null;
  /** Why nothing goes there, though nobody has drained it. */
  trouble: string | null;
}

/** The servers of one engine: each asked how busy it is, so that work goes where there is room. */
export interface EnginePool {
  servers: readonly PoolServer[];
  /**
   * Asks every server that is not left alone after a failure. What is `drained` gets no new work; its jobs go on. Never
   * throws: a server that does not answer is in trouble.
   */
  look(drained: ReadonlySet<string>, context: { signal: AbortSignal }): Promise<ServerState[]>;
  /** How many more jobs it would take, by what was last seen and has been sent since. */
  room(): number;
}
