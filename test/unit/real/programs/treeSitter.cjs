// web-tree-sitter: the parser's runtime, and two grammars that it links to it, each a module of its own over the one memory.
require('./tellMemory.cjs');
require('./steady.cjs');
const { Parser, Language } = require('web-tree-sitter');

async function main() {
  await Parser.init();
  const parser = new Parser();
  for (const [name, text] of [
    ['json', '{"a": [1, true]}'],
    ['html', '<p id=x>one<br>two</p>'],
  ]) {
    parser.setLanguage(await Language.load(require.resolve(`tree-sitter-${name}/tree-sitter-${name}.wasm`)));
    const tree = parser.parse(text);
    console.log(tree.rootNode.toString());
    tree.delete();
  }
  parser.delete();
}

main();
