// A page that shows the real panel with a fake host: `?scenario=demo&theme=dark`. See harnessServer.ts.
import { startPanel } from '../panel/start.ts';
import { FakeHost } from './fakeHost.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { applyTheme, THEMES, type ThemeName } from './themes.ts';

function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

function isTheme(name: string): name is ThemeName {
  return Object.hasOwn(THEMES, name);
}

const query = new URLSearchParams(location.search);
const scenario = query.get('scenario') ?? 'demo';
const theme = query.get('theme') ?? 'dark';
if (!isScenario(scenario) || !isTheme(theme)) throw new Error(`no scenario “${scenario}” or no theme “${theme}”`);

applyTheme(theme);
startPanel(new FakeHost(SCENARIOS[scenario](), Number(query.get('delay') ?? 0)));
