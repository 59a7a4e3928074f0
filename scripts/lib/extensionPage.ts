// The page of the extension in VS Code, made of README.md.

/**
 * What that page can show. Of pictures those of https addresses alone are: others would be broken, so they are left out. The
 * walkthrough has its own. Files that links lead to are not in the package: such a link is its text.
 */
export function extensionPage(readme: string): string {
  return readme
    .replaceAll(/^(?:!\[[^\]]*\]\((?!https:)[^)]*\)|<img\b[^>]*\bsrc="(?!https:)[^>]*>)\n+/gm, '')
    .replaceAll(/(?<!!)\[([^\]]+)\]\((?!https?:|#)[^)]*\)/g, '$1');
}

/** Addresses of all pictures that a Markdown text names. */
export function picturesIn(markdown: string): string[] {
  const pictures = markdown.matchAll(/!\[[^\]]*\]\(([^)\s]*)[^)]*\)|<img\b[^>]*\bsrc="([^"]*)"/g);
  return Array.from(pictures, ([, inText, inTag]) => inText ?? inTag);
}
