import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Resolve } from './guarded-lookup.ts';
import { createSafeFetch, type Downloaded, type DownloadOptions } from './safe-fetch.ts';

const publicAddress = '93.184.216.34';

interface TestServer {
  origin: string;
  port: number;
  /** Paths asked for, in order. */
  asked: string[];
  headers: IncomingHttpHeaders[];
}

async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function serve(t: TestContext, handle: RequestListener): Promise<TestServer> {
  const asked: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const port = await listen(
    t,
    createServer((request, response) => {
      asked.push(request.url ?? '');
      headers.push(request.headers);
      handle(request, response);
    }),
  );
  return { origin: `http://127.0.0.1:${port}`, port, asked, headers };
}

/** Every name leads to `addresses`; asking for one that the test does not expect at all is a failure. */
const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const noNames: Resolve = async (hostname) => assert.fail(`${hostname} was looked up`);

/** Downloads into a folder of its own, and sees to it that a failure leaves nothing there. */
async function download(
  t: TestContext,
  url: string,
  options: { trusted?: string[]; resolve?: Resolve } & Partial<DownloadOptions> = {},
): Promise<Downloaded & { body: Buffer }> {
  const { trusted, resolve, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), 'kinora-fetch-'));
  t.after(() => rm(folder, { recursive: true }));
  const to = join(folder, 'file');
  const fetcher = createSafeFetch({ trustedOrigins: trusted ?? [], resolve: resolve ?? noNames });
  try {
    const downloaded = await fetcher.download(url, { maxBytes: 1_000_000, timeoutMs: 5_000, to, ...rest });
    return { ...downloaded, body: await readFile(to) };
  } catch (error) {
    assert.deepEqual(await readdir(folder), []);
    throw error;
  }
}

async function refused(promise: Promise<unknown>, code: ErrorCode, message: RegExp = /./): Promise<AppError> {
  const [result] = await Promise.allSettled([promise]);
  assert(result.status === 'rejected', 'it is refused');
  assert(result.reason instanceof AppError, String(result.reason));
  assert.equal(result.reason.code, code, result.reason.message);
  assert.match(result.reason.message, message);
  assert.notEqual(result.reason.hint ?? '', '');
  return result.reason;
}

/** Makes this machine's network look like the internet: every connection to `publicAddress` reaches `port`. */
function routePublicAddressTo(t: TestContext, port: number): string[] {
  const connectedTo: string[] = [];
  const connect = net.connect;
  t.mock.method(net, 'connect', (options: net.TcpNetConnectOpts) => {
    const { lookup } = options;
    assert(lookup !== undefined);
    return connect({
      ...options,
      lookup: (hostname, lookupOptions, callback) =>
        lookup(hostname, lookupOptions, (error, found, family) => {
          const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
          connectedTo.push(...addresses);
          assert(addresses.every((address) => address === publicAddress));
          if (error !== null) callback(error, found, family);
          else callback(null, [{ address: '127.0.0.1', family: 4 }]);
        }),
      port,
    });
  });
  return connectedTo;
}

// Every way to write an address that must not be reached, in a URL whose port is open to the test.
const privateUrls = (port: number): string[] => {
  const hosts = [
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '127。0。0。1',
    '0',
    '0.0.0.0',
    '0x0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '168.63.129.16',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
    '[2002:7f00:1::]',
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[ff02::1]',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'shop.localhost',
    'metadata.google.internal',
    'metadata.google.internal.',
    'printer.local',
  ];
  return hosts.flatMap((host) => [`http://${host}:${port}/secret`, `https://${host}/secret`]);
};

test('refuses every spelling of a private address before it connects', async (t) => {
  const server = await serve(t, (_, response) => response.end('secret'));
  for (const url of privateUrls(server.port)) {
    const error = await refused(
      download(t, url),
      'reference_forbidden_address',
      /not on the public internet/,
    );
    assert.match(error.hint ?? '', /POST \/v1\/files .* KINORA_TRUSTED_ORIGINS/, url);
    assert.equal(error.retryable, false);
  }
  assert.deepEqual(server.asked, []);
});

test('refuses a redirect to every spelling of a private address, from a trusted origin too', async (t) => {
  const secret = await serve(t, (_, response) => response.end('secret'));
  let location = '';
  const server = await serve(t, (_, response) => response.writeHead(302, { location }).end());
  const options = { trusted: [server.origin] };
  for (const url of privateUrls(secret.port)) {
    location = url.replace(/\P{ASCII}/gu, encodeURIComponent);
    await refused(download(t, `${server.origin}/start`, options), 'reference_forbidden_address');
  }
  assert.deepEqual(secret.asked, []);
  assert.equal(server.asked.length, privateUrls(0).length);
});

test('refuses a name that leads to a private address as it is connected to', async (t) => {
  const server = await serve(t, (_, response) => response.end('secret'));
  const url = `http://shop.example:${server.port}/photo.jpg`;
  const addresses = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fe80::1%lo'];
  for (const address of addresses) {
    const error = await refused(
      download(t, url, { resolve: resolvesTo(address) }),
      'reference_forbidden_address',
      /^http:\/\/shop\.example:\d+\/photo\.jpg is not on the public internet\.$/,
    );
    assert(!`${error.message}${error.hint}`.includes(address), 'the address behind the name is not told');
  }
  const mixed = resolvesTo(publicAddress, '127.0.0.1');
  await refused(download(t, url, { resolve: mixed }), 'reference_forbidden_address');
  await refused(
    download(t, url.replace('http:', 'https:'), { resolve: resolvesTo('127.0.0.1') }),
    'reference_forbidden_address',
  );
  assert.deepEqual(server.asked, []);
});

test('connects to the addresses it judged: a name that changes its answer gains nothing', async (t) => {
  const server = await serve(t, (_, response) => response.end('photo'));
  const connectedTo = routePublicAddressTo(t, server.port);
  const answers = [publicAddress, '127.0.0.1'];
  let lookups = 0;
  const resolve: Resolve = async () => {
    lookups += 1;
    return [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
  };
  const { body } = await download(t, 'http://rebind.example/photo.jpg', { resolve });
  assert.equal(body.toString(), 'photo');
  assert.deepEqual(connectedTo, [publicAddress]);
  assert.equal(lookups, 1);
});

test('looks a name up again for a redirect to the same host, and refuses what it leads to then', async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(307, { location: '/again' }).end());
  routePublicAddressTo(t, server.port);
  const answers = [publicAddress, '127.0.0.1'];
  const resolve: Resolve = async () => [{ address: answers.shift() ?? '', family: 4 }];
  await refused(
    download(t, 'http://rebind.example/photo.jpg', { resolve }),
    'reference_forbidden_address',
    /rebind\.example\/again/,
  );
  assert.deepEqual(server.asked, ['/photo.jpg']);
});

test('refuses schemes, credentials and ports that no public file is behind', async (t) => {
  const cases: [string, RegExp][] = [
    ['file:///etc/passwd', /file:\/etc\/passwd has the scheme "file:"/],
    ['ftp://shop.example/a.jpg', /"ftp:"/],
    ['gopher://shop.example/_x', /"gopher:"/],
    ['data:image/png;base64,AAAA', /"data:"/],
    ['javascript:alert(1)', /"javascript:"/],
    ['ws://shop.example/', /"ws:"/],
    ['https://user:hunter2@shop.example/a.jpg', /^https:\/\/shop\.example\/a\.jpg came with a user name/],
    ['https://user@shop.example/', /user name/],
    ['http://8.8.8.8:22/', /port 22/],
    ['http://shop.example:25/a.jpg', /port 25/],
    ['https://shop.example:1023/', /port 1023/],
    ['http://shop.example:0/', /port 0/],
  ];
  for (const [url, message] of cases) {
    const error = await refused(download(t, url), 'reference_forbidden_address', message);
    assert(!error.message.includes('hunter2'));
  }
  for (const url of ['', 'photo.jpg', '//shop.example/a.jpg', 'http://', 'http://[::1', 'http://1.2.3.4.5/'])
    await refused(download(t, url), 'reference_unreachable', /not a valid URL/);
});

test('fetches from public hosts on the ports of the web and above 1023', async (t) => {
  const server = await serve(t, (_, response) => response.end('photo'));
  routePublicAddressTo(t, server.port);
  const resolve = resolvesTo(publicAddress);
  for (const url of ['http://shop.example/', 'http://shop.example:443/', 'http://shop.example:1024/'])
    assert.equal((await download(t, url, { resolve })).body.toString(), 'photo', url);
});

test('downloads from a trusted origin, plainly asked for, and says what came', async (t) => {
  const content = Buffer.alloc(300_000, 'kinora ');
  const server = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'image/jpeg', 'set-cookie': 'a=b' }).end(content),
  );
  const url = `${server.origin}/photo.jpg?signature=s3cret`;
  const { body, ...downloaded } = await download(t, url, { trusted: [server.origin] });
  assert.deepEqual(downloaded, {
    sizeBytes: 300_000,
    sha256: createHash('sha256').update(content).digest('hex'),
    contentType: 'image/jpeg',
    finalUrl: url,
  });
  assert(body.equals(content));
  assert.deepEqual(server.asked, ['/photo.jpg?signature=s3cret']);
  assert.deepEqual(server.headers[0], {
    host: `127.0.0.1:${server.port}`,
    connection: 'close',
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'Kinora',
  });
});

test('tells a key to the trusted origin that it is for, and to nobody whom that redirects to', async (t) => {
  const server = await serve(t, (request, response) => {
    if (request.headers.host === 'elsewhere.example') response.end('film');
    else response.writeHead(302, { location: 'http://elsewhere.example/film.mp4' }).end();
  });
  routePublicAddressTo(t, server.port);
  const { body } = await download(t, 'http://own.example:8091/film.mp4', {
    trusted: ['http://own.example:8091'],
    resolve: resolvesTo(publicAddress),
    headers: { authorization: 'Bearer s3cret' },
  });
  assert.equal(body.toString(), 'film');
  assert.deepEqual(
    server.headers.map(({ host, authorization }) => [host, authorization]),
    [
      ['own.example:8091', 'Bearer s3cret'],
      ['elsewhere.example', undefined],
    ],
  );
});

test('follows redirects within a trusted origin and from one trusted origin to another', async (t) => {
  const second = await serve(t, (_, response) => response.end('photo'));
  const first = await serve(t, (request, response) => {
    const location = request.url === '/start' ? 'next' : `${second.origin}/photo.jpg?a=1`;
    response.writeHead(request.url === '/start' ? 301 : 308, { location }).end('elsewhere');
  });
  const trusted = [first.origin, second.origin];
  const { body, finalUrl } = await download(t, `${first.origin}/start`, { trusted });
  assert.equal(body.toString(), 'photo');
  assert.equal(finalUrl, `${second.origin}/photo.jpg?a=1`);
  assert.deepEqual(first.asked, ['/start', '/next']);

  await refused(
    download(t, `${first.origin}/start`, { trusted: [first.origin] }),
    'reference_forbidden_address',
    new RegExp(`:${second.port}/photo\\.jpg is not`),
  );
  assert.deepEqual(second.asked, ['/photo.jpg?a=1']);
});

test('trusts an origin for its exact scheme, host and port only', async (t) => {
  const server = await serve(t, (_, response) => response.end('photo'));
  const near = [
    `https://127.0.0.1:${server.port}`,
    `http://localhost:${server.port}`,
    'http://127.0.0.1',
    `http://127.0.0.1:${server.port + 1}`,
  ];
  await refused(download(t, `${server.origin}/`, { trusted: near }), 'reference_forbidden_address');
  assert.deepEqual(server.asked, []);

  const byName = `http://gpu.example:${server.port}`;
  const resolve = resolvesTo('127.0.0.1');
  assert.equal((await download(t, `${byName}/a`, { trusted: [byName], resolve })).body.toString(), 'photo');
  for (const wrong of ['10.0.0.5:8188', 'http://a/path', 'http://user@a', 'ftp://a', 'http://a?b', ''])
    assert.throws(
      () => createSafeFetch({ trustedOrigins: [wrong] }),
      new RegExp(`"${wrong.replace('?', '\\?')}"`),
    );
});

test('gives up after five redirects', async (t) => {
  const server = await serve(t, (request, response) =>
    response.writeHead(302, { location: `${request.url}x` }).end(),
  );
  const error = await refused(
    download(t, `${server.origin}/`, { trusted: [server.origin] }),
    'reference_unreachable',
    /one redirect too many; at most 5/,
  );
  assert.equal(error.retryable, false);
  assert.deepEqual(server.asked, ['/', '/x', '/xx', '/xxx', '/xxxx', '/xxxxx']);
});

test('tells an answer that is no file by its status, and whether trying again may help', async (t) => {
  let status = 0;
  const server = await serve(t, (_, response) => response.writeHead(status).end());
  const cases = {
    204: false,
    206: false,
    302: false,
    401: false,
    404: false,
    408: true,
    410: false,
    429: true,
    500: true,
    503: true,
  };
  for (const [code, retryable] of Object.entries(cases)) {
    status = Number(code);
    const url = `${server.origin}/photo.jpg?signature=s3cret`;
    const error = await refused(
      download(t, url, { trusted: [server.origin] }),
      'reference_unreachable',
      new RegExp(`/photo\\.jpg answered ${code}\\.$`),
    );
    assert.equal(error.retryable, retryable, code);
    assert.match(error.hint ?? '', /POST \/v1\/files/);
  }
});

test('tells a host that cannot be reached', async (t) => {
  const server = await serve(t, () => {});
  const failing =
    (code: string): Resolve =>
    async () => {
      throw Object.assign(new Error(code), { code });
    };
  const url = 'https://shop.example/photo.jpg';
  const gone = await refused(
    download(t, url, { resolve: failing('ENOTFOUND') }),
    'reference_unreachable',
    /does not exist/,
  );
  assert.equal(gone.retryable, false);
  const busy = await refused(
    download(t, url, { resolve: failing('EAI_AGAIN') }),
    'reference_unreachable',
    /just now/,
  );
  assert.equal(busy.retryable, true);
  await refused(download(t, url, { resolve: resolvesTo() }), 'reference_unreachable', /does not exist/);

  const closed = net.createServer();
  const port = await listen(t, closed);
  closed.close();
  await once(closed, 'close');
  const origin = `http://127.0.0.1:${port}`;
  await refused(
    download(t, origin, { trusted: [origin] }),
    'reference_unreachable',
    /refused the connection/,
  );
  const secure = `https://127.0.0.1:${server.port}`;
  await refused(download(t, secure, { trusted: [secure] }), 'reference_unreachable', /safe connection/);
});

test('refuses a certificate that nobody vouches for, from a trusted origin too', async (t) => {
  const pem = await readFile(new URL('../../test/fixtures/self-signed-certificate.pem', import.meta.url));
  let asked = 0;
  const server = createTlsServer({ key: pem, cert: pem }, (_, response) => {
    asked += 1;
    response.end('photo');
  });
  const origin = `https://127.0.0.1:${await listen(t, server)}`;
  await refused(
    download(t, origin, { trusted: [origin] }),
    'reference_unreachable',
    /safe connection \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  );
  assert.equal(asked, 0);
});

test('refuses a body that is declared too large before reading it', async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '1000001' }).write('begins');
  });
  const error = await refused(
    download(t, `${server.origin}/film.mp4`, { trusted: [server.origin] }),
    'reference_too_large',
    /film\.mp4 has 1000001 bytes; the limit is 1000000 bytes/,
  );
  assert.equal(error.retryable, false);
});

test('stops an endless body at the limit', async (t) => {
  const chunk = Buffer.alloc(64_000);
  let closed: Promise<unknown> | undefined;
  const server = await serve(t, (_, response) => {
    closed = once(response, 'close');
    const more = () => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  await refused(
    download(t, server.origin, { trusted: [server.origin] }),
    'reference_too_large',
    /goes on beyond the limit; the limit is 1000000 bytes/,
  );
  await closed;
});

test('refuses a packed body, which could unpack to any size', async (t) => {
  const server = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-encoding': 'GZIP' }).end(gzipSync(Buffer.alloc(1_000_000))),
  );
  await refused(
    download(t, server.origin, { trusted: [server.origin] }),
    'reference_unreachable',
    /content encoding "GZIP"/,
  );
});

test('tells a body that breaks off', async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('begins', () => response.socket?.destroy());
  });
  const error = await refused(
    download(t, server.origin, { trusted: [server.origin] }),
    'reference_unreachable',
    /broke off before the length it had declared/,
  );
  assert.equal(error.retryable, true);
});

test('bounds everything by one time: the name, the silence, and a body that drips', async (t) => {
  const dripping = await serve(t, (_, response) => {
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  });
  const silent = await serve(t, () => {});
  const circling = await serve(t, (_, response) => {
    setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60);
  });
  for (const { origin } of [dripping, silent, circling]) {
    const startedAt = performance.now();
    const error = await refused(
      download(t, `${origin}/slow?key=s3cret`, { trusted: [origin], timeoutMs: 200 }),
      'reference_timeout',
      /^http:\/\/127\.0\.0\.1:\d+\/(slow)? did not arrive within 0\.2 s\.$/,
    );
    assert.equal(error.retryable, true);
    assert(performance.now() - startedAt < 1_500);
  }
  // Keeps the process alive, as a real lookup does.
  const lookup = setTimeout(() => {}, 60_000);
  t.after(() => clearTimeout(lookup));
  const unanswered: Resolve = () => new Promise(() => {});
  await refused(
    download(t, 'http://shop.example/', { resolve: unanswered, timeoutMs: 200 }),
    'reference_timeout',
  );
});

test('ends at once when the caller aborts, with the caller’s reason', async (t) => {
  const server = await serve(t, (_, response) => response.write('begins'));
  for (const delay of [0, 50]) {
    const canceled = new Error('canceled');
    const controller = new AbortController();
    setTimeout(() => controller.abort(canceled), delay);
    await assert.rejects(
      download(t, server.origin, { trusted: [server.origin], signal: controller.signal }),
      (error) => error === canceled,
    );
  }
  const aborted = AbortSignal.abort(new Error('canceled before'));
  await assert.rejects(
    download(t, server.origin, { trusted: [server.origin], signal: aborted }),
    /canceled before/,
  );
});

test('a server that hangs up while its bytes are still being written to disk takes nothing down', async (t) => {
  const sizes = [60_000, 66_000, 100_000, 131_072, 200_000, 500_000, 900_000];
  const port = await listen(
    t,
    net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (request) => {
        const size = Number(/^GET \/(\d+)/.exec(request.toString())?.[1]);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\nconnection: close\r\n\r\n`);
        socket.end(Buffer.alloc(size, 'a'));
      });
    }),
  );
  const origin = `http://127.0.0.1:${port}`;
  const lane = async () => {
    for (const size of sizes)
      assert.equal((await download(t, `${origin}/${size}`, { trusted: [origin] })).sizeBytes, size);
  };
  // What breaks here breaks in an event of a socket, where nobody can catch it.
  await Promise.all(Array.from({ length: 12 }, lane));
});
