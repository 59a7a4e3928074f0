// The document that VS Code loads into the webview: its content security policy and what it loads.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { panelHtml, resourceRoots } from '../../src/extension/panelHtml.ts';
import { extension, FakeWebview } from './fakes.ts';

function html(): string {
  return panelHtml(new FakeWebview(), extension().extensionUri);
}

/** The policy's directives by name. */
function policy(document: string): Map<string, string> {
  const content = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(document)?.[1] ?? '';
  return new Map(
    content.split(';').map(directive => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')] as const;
    }),
  );
}

describe('panel document', () => {
  it('allows nothing but scripts and styles with its nonce', () => {
    const document = html();
    const directives = policy(document);
    assert.equal(directives.get('default-src'), "'none'");
    const nonce = /^'nonce-([A-Za-z0-9+/=]+)'$/.exec(directives.get('script-src') ?? '')?.[1] ?? '';
    assert.ok(Buffer.from(nonce, 'base64').length >= 16, 'a nonce of 128 bits');
    assert.equal(directives.get('style-src'), `'nonce-${nonce}'`);
    assert.ok(document.includes(`<meta property="csp-nonce" content="${nonce}">`), 'the toolkit finds the nonce');
    assert.deepEqual([...directives.keys()].sort(), ['default-src', 'script-src', 'style-src']);
    assert.doesNotMatch(document, /unsafe-|\son\w+=|style=|<style/);
    for (const [tag, attributes] of document.matchAll(/<script([^>]*)>/g)) {
      assert.ok(attributes?.includes(`nonce="${nonce}"`) && attributes.includes('src='), tag);
    }
  });

  it('has another nonce each time', () => {
    const nonces = Array.from({ length: 100 }, () => policy(html()).get('script-src'));
    assert.equal(new Set(nonces).size, 100);
  });

  it('loads its script from within the allowed folders', async () => {
    const src = /<script[^>]* src="([^"]*)"/.exec(html())?.[1] ?? '';
    const [root] = resourceRoots(extension().extensionUri);
    assert.ok(root && vscode.Uri.parse(src).path.startsWith(`${root.path}/`));
    await vscode.workspace.fs.stat(root.with({ path: vscode.Uri.parse(src).path }));
  });
});
