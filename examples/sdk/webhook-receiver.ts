// Takes webhooks with nothing but Node: KINORA_WEBHOOK_SECRET=whsec_… node examples/sdk/webhook-receiver.ts
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { KinoraError, verifyWebhook } from 'kinora/client';

const secret = process.env['KINORA_WEBHOOK_SECRET'] ?? '';
/** The same event may come twice; a real receiver keeps these ids in its database. */
const seen = new Set<string>();

const server = createServer(async (request, response) => {
  try {
    // The bytes as they came: parsed and written again they would have another signature.
    const event = await verifyWebhook(await buffer(request), request.headers, { secret });
    const id = String(request.headers['webhook-id']);
    if (!seen.has(id)) console.log(`${event.type} ${id}`);
    seen.add(id);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof KinoraError)) throw error;
    console.log(`refused: ${error.message}`);
    response.writeHead(400).end();
  }
});
server.listen(Number(process.env['PORT'] ?? 4800), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});
