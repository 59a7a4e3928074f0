// Serves the harness page on 127.0.0.1 under the panel's own content security policy.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface HarnessServer {
  /** Address of the page; add `?state=…&theme=…`. */
  readonly url: string;
  close(): Promise<void>;
}

const NONCE = 'harness';
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self'; font-src 'self'`;
const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Wasm Shared Memory</title></head>
<body><script nonce="${NONCE}" src="/harness.js"></script></body>
</html>`;

export async function startHarness(): Promise<HarnessServer> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./harness.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    minify: true,
  });
  const script = outputFiles[0]?.contents ?? new Uint8Array();
  const server = createServer((request, response) => {
    if (request.url === '/harness.js') {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    } else {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY })
        .end(PAGE);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the harness server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
}
