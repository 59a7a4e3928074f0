// Before the tests of a file: the toolkit's elements and a theme, as in the real panel.
import { defineToolkit } from '../controls/toolkit.ts';
import { applyTheme } from './themes.ts';

// Lit's development build says on the console that it is one. Its other warnings stay.
Object.assign(globalThis, { litIssuedWarnings: new Set(['dev-mode']) });

defineToolkit();
// The toolkit reads the theme once the page has loaded, which here it has before.
window.dispatchEvent(new Event('load'));
applyTheme('dark');
