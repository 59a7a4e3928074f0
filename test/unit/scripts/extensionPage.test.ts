import { expect, it } from 'vitest';
import { extensionPage, picturesIn } from '../../../scripts/lib/extensionPage.ts';

const README = `# Name

![The panel](docs/a.png)

Text with a [part](#below), a [file](docs/format.md) and an [address](https://a.test/b).

<img src="docs/b.png" width="300" alt="Narrow">

![Badge](https://a.test/badge.png)
`;

it('names all pictures', () => {
  expect(picturesIn(README)).toEqual(['docs/a.png', 'docs/b.png', 'https://a.test/badge.png']);
});

it('leaves out pictures that the page could not show, and links to files that are not there', () => {
  expect(extensionPage(README)).toBe(`# Name

Text with a [part](#below), a file and an [address](https://a.test/b).

![Badge](https://a.test/badge.png)
`);
});
