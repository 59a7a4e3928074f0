// A page that shows a state of the panel, or of the editor of modules: `?state=demo&theme=dark`. See harnessServer.ts.
import { STATES } from './states.ts';
import { applyTheme, THEMES, type ThemeName } from './themes.ts';

function isTheme(name: string): name is ThemeName {
  return Object.hasOwn(THEMES, name);
}

const query = new URLSearchParams(location.search);
const name = query.get('state') ?? 'demo';
const theme = query.get('theme') ?? 'dark';
const show = STATES[name];
if (!show) throw new Error(`There is no state “${name}”; there are ${Object.keys(STATES).join(', ')}.`);
if (!isTheme(theme)) throw new Error(`There is no theme “${theme}”.`);

applyTheme(theme);
// Pictures wait for it, ask for other themes, and begin with the names.
void show().then(() => Object.assign(globalThis, { applyTheme, stateNames: Object.keys(STATES), isShown: true }));
