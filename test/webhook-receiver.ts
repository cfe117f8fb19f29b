import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after } from 'node:test';
import { Webhook } from 'standardwebhooks';

export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookReceiver {
  origin: string;
  /** Everything that came, in order. */
  received: ReceivedWebhook[];
  /** How it answers; 204 unless the test says otherwise. */
  answer: (request: ReceivedWebhook, response: ServerResponse) => unknown;
  /** Resolves when `count` have come to `path`. */
  until(count: number, path: string): Promise<ReceivedWebhook[]>;
  /** Lets nobody in any more, and cuts everybody off. */
  disappear(): Promise<void>;
}

/** A receiver as users write one, on a port of its own; gone after the tests of the file. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const one = await read(request);
    receiver.received.push(one);
    for (const wake of waiting) wake();
    await receiver.answer(one, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: WebhookReceiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: (_, response) => response.writeHead(204).end(),
    until(count, path) {
      return new Promise((resolve) => {
        const look = () => {
          const come = receiver.received.filter((one) => one.path === path);
          if (come.length < count) return;
          waiting.delete(look);
          resolve(come);
        };
        waiting.add(look);
        look();
      });
    },
    async disappear() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  after(() => receiver.disappear());
  return receiver;
}

/** The payload, as the library of Standard Webhooks hands it to a receiver that has checked it; throws for a forgery. */
export function verified<T>({ body, headers }: ReceivedWebhook, secret: string): T {
  return new Webhook(secret).verify(body, headers) as T;
}

async function read(request: IncomingMessage): Promise<ReceivedWebhook> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return {
    path: request.url ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(parts).toString('utf8'),
  };
}
