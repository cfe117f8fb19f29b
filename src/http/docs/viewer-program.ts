/** As much of a Fastify server as the plugin that carries the viewer asks for. */
interface Routes {
  route(route: { url: string; handler(request: unknown, reply: Reply): unknown }): void;
}

interface Reply {
  header(name: string, value: string): Reply;
  send(body: string): void;
}

type Plugin = (server: Routes, options: object, done: () => void) => void;

const script = '/js/scalar.js';

/**
 * The program of the API reference viewer (Scalar), which runs in the browser. It comes with a package that serves it
 * in Fastify, the only one that carries it whole and without three hundred others; here it hands it over to us. Loaded
 * on use: it has five megabytes.
 */
export async function viewerProgram(): Promise<Buffer> {
  const module: { default: unknown } = await import('@scalar/fastify-api-reference');
  const plugin = module.default as Plugin;
  let program: string | undefined;
  const reply: Reply = {
    header: () => reply,
    send(body) {
      program = body;
    },
  };
  const server: Routes = {
    route({ url, handler }) {
      if (url.endsWith(script)) handler({}, reply);
    },
  };
  plugin(server, { routePrefix: '/docs', configuration: { url: '/openapi.json' } }, () => {});
  if (program === undefined)
    throw new Error(`@scalar/fastify-api-reference serves no ${script}: its version is not the one we know`);
  // Its source map is not served, and a browser would ask for it.
  return Buffer.from(program.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
}
