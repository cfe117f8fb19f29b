import { Pool } from 'undici';

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Sends requests over `connections` keep-alive connections for `seconds`, each connection one at a time, and measures
 * every answer. Throws at the first answer that is not a success: a fast refusal is not throughput.
 */
export async function load(options: {
  origin: string;
  path: string;
  connections: number;
  seconds: number;
  request(n: number): { headers: Record<string, string>; body: string };
}): Promise<Load> {
  const { origin, path, connections, seconds, request } = options;
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  let sent = 0;
  const lane = async () => {
    while (performance.now() < end) {
      const { headers, body } = request(sent);
      sent += 1;
      const before = performance.now();
      const answer = await pool.request({ path, method: 'POST', headers, body });
      const text = await answer.body.text();
      latencies.push(performance.now() - before);
      if (answer.statusCode >= 300)
        throw new Error(`${origin}${path} answered ${answer.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const elapsed = (performance.now() - started) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return { perSecond: latencies.length / elapsed, p50Ms: at(0.5), p99Ms: at(0.99) };
}
