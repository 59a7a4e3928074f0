// What package.json contributes: titles and where they show, colours, and the extension's capabilities.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import * as vscode from 'vscode';
import { TOOL_NAMES } from '../../src/answers/toolNames.ts';
import { TOOLS } from '../../src/answers/tools.ts';
import { commandTitle } from '../../src/extension/commandTitles.ts';
import { MINIMUM_NODE } from '../../src/extension/nodeRuntime.ts';
import { parseLaunch, SCRIPT_EXTENSIONS } from '../../src/extension/programLaunch.ts';
import { WALKED_KEYS } from '../../src/extension/walkthrough.ts';
import { PANEL_ACTION_NAMES, PANEL_ACTIONS } from '../../src/protocol/panelActions.ts';
import { explained, PROGRAM_OPTIONS, type ProgramOption } from '../../src/protocol/programOptions.ts';
import { capitalized } from '../../src/protocol/text.ts';
import { TOUR } from '../../src/protocol/tour.ts';
import { extension } from './fakes.ts';

/** What launch.json's schema has for each kind of option: its type, what else holds, and what it is where nothing is said. */
const ATTRIBUTES = {
  text: [['string', 'null'], { minLength: 1 }, null],
  count: [['integer', 'null'], { minimum: 1 }, null],
  flag: ['boolean', {}, false],
} as const;

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of a PNG, whose header is its first chunk (PNG specification, 11.2.2). */
function pngWidth(file: Buffer): number {
  assert.equal(file.toString('latin1', 1, 4), 'PNG');
  return file.readUInt32BE(16);
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe('contributions', () => {
  const { contributes, capabilities, activationEvents } = extension().packageJSON;

  it('has the language model tools of the table, with its titles and schemas', async () => {
    const words = JSON.parse(await readFile(join(extension().extensionPath, 'package.nls.json'), 'utf8'));
    const raw = JSON.parse(await readFile(join(extension().extensionPath, 'package.json'), 'utf8'));
    const contributed = raw.contributes.languageModelTools.map((tool: Record<string, unknown>) => {
      const displayName = words[String(tool.displayName).slice(1, -1)];
      assert.ok(words[String(tool.userDescription).slice(1, -1)]);
      return [tool.name, displayName, tool.modelDescription, tool.inputSchema];
    });
    const tools = TOOLS.map(({ name, title, description, inputSchema }) => [name, title, description, inputSchema]);
    assert.deepEqual(contributed, JSON.parse(JSON.stringify(tools)));
    assert.deepEqual(
      TOOLS.map(({ name }) => name),
      TOOL_NAMES,
    );
  });

  it('has its first commands in the palette by their exact titles', () => {
    const titles = new Map(
      contributes.commands.map(({ command, title }: { command: string; title: string }) => [command, title]),
    );
    const hidden = contributes.menus.commandPalette.map(({ command }: MenuItem) => command);
    for (const [command, title] of [
      ['wasmSharedMemory.runDemo', 'Run shared-memory demo'],
      ['wasmSharedMemory.runCorruptionDemo', 'Run shared-memory corruption demo'],
      ['wasmSharedMemory.runLuckDemo', 'Run shared-memory demo that is right by luck'],
      ['wasmSharedMemory.runTogether', 'Run two modules over one memory…'],
      ['wasmSharedMemory.inspectMemory', 'Inspect linear memory'],
    ]) {
      assert.equal(titles.get(command), title);
      assert.ok(!hidden.includes(command), `${command} always shows`);
    }
  });

  it('tells of a command that failed by its title', () => {
    assert.equal(commandTitle('addBookmark'), '“Bookmark this step”');
    assert.equal(commandTitle('openCode'), '“openCode”'); // a button of the panel, which has no title
  });

  it('has all commands of the palette under the name that a search for "wasm" finds', () => {
    const never = new Set(
      contributes.menus.commandPalette
        .filter(({ when }: MenuItem) => when === 'false')
        .map(({ command }: MenuItem) => command),
    );
    const nameless = contributes.commands.filter(
      ({ command, category }: { command: string; category?: string }) =>
        !never.has(command) && category !== 'Wasm Shared Memory',
    );
    assert.deepEqual(nameless, []);
  });

  it('offers the demo on .wasm files, in the Explorer and on their tabs, and only there', () => {
    for (const menu of ['explorer/context', 'editor/title/context']) {
      const item = contributes.menus[menu].find(
        ({ command }: MenuItem) => command === 'wasmSharedMemory.runDemoOnFile',
      );
      assert.equal(item.when, 'resourceExtname == .wasm', menu);
    }
    const inPalette = contributes.menus.commandPalette.find(
      ({ command }: MenuItem) => command === 'wasmSharedMemory.runDemoOnFile',
    );
    assert.equal(inPalette.when, 'false');
  });

  it('offers to run several modules over one memory where several .wasm files are selected', () => {
    const item = contributes.menus['explorer/context'].find(
      ({ command }: MenuItem) => command === 'wasmSharedMemory.runTogether',
    );
    assert.equal(item.when, 'listMultiSelection && resourceExtname == .wasm');
  });

  it('offers to export where there is a recording, to run again where there is something to run', () => {
    const whenOf = (menu: string, command: string): string | undefined =>
      contributes.menus[menu].find((item: MenuItem) => item.command === `wasmSharedMemory.${command}`)?.when;
    const view = 'wasmSharedMemory.viewActivity';
    const editor = 'wasmSharedMemory.editorActivity';
    const focused = 'wasmSharedMemory.activity'; // of the panel that had the focus last
    assert.equal(whenOf('commandPalette', 'exportRecording'), `${focused} =~ /^(ended|program-ended)$/`);
    assert.equal(
      whenOf('view/title', 'exportRecordingInView'),
      `view == wasmSharedMemory.memory && ${view} =~ /^(ended|program-ended)$/`,
    );
    assert.ok(whenOf('editor/title', 'exportRecordingInEditor')?.endsWith(`&& ${editor} =~ /^(ended|program-ended)$/`));
    assert.equal(whenOf('commandPalette', 'runAgain'), `${focused} =~ /^(ended|not-run)$/`);
    assert.equal(whenOf('commandPalette', 'openRecording'), undefined, 'always');
    assert.equal(whenOf('commandPalette', 'exportRecordingInEditor'), 'false', 'a double of exportRecording');
  });

  it('has a menu entry for memory and for calls, and a command for each action', async () => {
    await extension().activate();
    const commands = new Set(await vscode.commands.getCommands(true));
    const missing = PANEL_ACTION_NAMES.filter(name => !commands.has(`wasmSharedMemory.${name}`));
    assert.deepEqual(missing, []);
    const titled = contributes.commands.map(({ command }: MenuItem) => command);
    for (const name of PANEL_ACTION_NAMES) assert.ok(titled.includes(`wasmSharedMemory.${name}`), name);
    const entries: (MenuItem & { when: string })[] = contributes.menus['webview/context'];
    for (const { command, when } of entries) {
      const name = PANEL_ACTION_NAMES.find(each => command === `wasmSharedMemory.${each}`);
      const section = name && PANEL_ACTIONS[name] === 'call' ? 'call' : 'memory';
      // A bookmark is of the shown step, or of the call that the menu was opened at; a function is that of a call, or one of the list.
      const several: Record<string, string[]> = {
        addBookmark: ['memory', 'call'],
        renameFunction: ['call', 'function'],
      };
      const sections = several[command.replace('wasmSharedMemory.', '')] ?? [section];
      const allowed = sections.map(each => `webviewId =~ /^wasmSharedMemory\\./ && webviewSection == '${each}'`);
      assert.ok(allowed.includes(when), command);
    }
  });

  it('binds keys only while the focus is in a panel, to none of VS Code’s own that work there', async () => {
    const uri = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    const own: { key: string; command: string; when?: string }[] = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''));
    assert.ok(own.length > 500);
    for (const { command, key, when } of contributes.keybindings) {
      if (!PANEL_ACTION_NAMES.some(name => command === `wasmSharedMemory.${name}`)) continue; // of other editors
      assert.equal(when, 'wasmSharedMemory.focus == panel');
      const same = own.filter(each => each.key === key && !each.command.startsWith('wasmSharedMemory.'));
      // Of those with the same keys each asks for a focus that is in no webview.
      const inWebview = same.filter(
        each =>
          !/editorFocus|editorTextFocus|textInputFocus|listFocus|terminalFocus|inQuickInput|inDebugMode|isInDiffEditor|notebook|Focus\w*$/i.test(
            each.when ?? '',
          ),
      );
      assert.deepEqual(inWebview, [], key);
    }
  });

  it('records scripts: from the palette, on files of the Explorer, in the title of editors whose script uses WebAssembly', () => {
    const whenOf = (menu: string, command: string): string | undefined =>
      contributes.menus[menu].find((item: MenuItem) => item.command === `wasmSharedMemory.${command}`)?.when;
    assert.equal(whenOf('commandPalette', 'recordProgram'), undefined, 'always');
    assert.equal(whenOf('editor/title', 'recordScript'), 'resourcePath in wasmSharedMemory.webAssemblyScripts');
    const pattern = /resourceExtname =~ \/(.*)\/$/.exec(whenOf('explorer/context', 'recordProgram') ?? '')?.[1];
    assert.ok(pattern);
    const matching = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '.jsx', '.wasm', '.mtsx'].filter(each =>
      new RegExp(pattern).test(each),
    );
    assert.deepEqual(matching, SCRIPT_EXTENSIONS);
  });

  it('pauses and resumes recording where a program runs', () => {
    const whenOf = (menu: string, command: string): string | undefined =>
      contributes.menus[menu].find((item: MenuItem) => item.command === `wasmSharedMemory.${command}`)?.when;
    for (const [command, state] of [
      ['pauseRecording', 'recording'],
      ['resumeRecording', 'paused'],
    ]) {
      const inPalette = /^wasmSharedMemory\.programs =~ \/(.*)\/$/.exec(
        whenOf('commandPalette', `${command}`) ?? '',
      )?.[1];
      assert.ok(inPalette);
      const offered = ['none', 'recording', 'paused', 'both'].filter(each => new RegExp(inPalette).test(each));
      assert.deepEqual(offered, [state, 'both']);
      const inView = `view == wasmSharedMemory.memory && wasmSharedMemory.viewProgram == ${state}`;
      assert.equal(whenOf('view/title', `${command}InView`), inView);
      assert.ok(
        whenOf('editor/title', `${command}InEditor`)?.endsWith(`&& wasmSharedMemory.editorProgram == ${state}`),
      );
      for (const where of ['InView', 'InEditor']) assert.equal(whenOf('commandPalette', `${command}${where}`), 'false');
    }
  });

  it('has launch configurations of its own, whose properties are those that are understood', async () => {
    // As it is in the file: VS Code adds what all types have.
    const read = async (name: string) => JSON.parse(await readFile(join(extension().extensionPath, name), 'utf8'));
    const [debug] = (await read('package.json')).contributes.debuggers;
    assert.equal(debug.type, 'wasm-memory');
    const { properties, required } = debug.configurationAttributes.launch;
    assert.deepEqual(required, ['program']);
    for (const [name, property] of Object.entries<{ default: unknown }>(properties)) {
      const program = '/a.js';
      assert.deepEqual(parseLaunch({ program, [name]: property.default }), { program, [name]: property.default });
      assert.throws(() => parseLaunch({ program, [name]: -1.5 }), new RegExp(`configuration\\.${name} is not`));
    }
    const texts = await read('package.nls.json');
    assert.match(texts['launch.runtimeExecutable'], new RegExp(`version ${MINIMUM_NODE} or later`));
    for (const initial of debug.initialConfigurations) assert.ok(parseLaunch(initial));
    const readme = await readFile(join(extension().extensionPath, 'README.md'), 'utf8');
    const rows = readme.split('\n').filter(line => line.startsWith('| `'));
    for (const [name, option] of Object.entries<ProgramOption>(PROGRAM_OPTIONS)) {
      const [type, minimum, fallback] = ATTRIBUTES[option.kind];
      const { description, ...attributes } = properties[name];
      assert.deepEqual(attributes, { type, ...minimum, default: fallback }, name);
      assert.equal(texts[description.slice(1, -1)], `${capitalized(explained(option))}.`);
      assert.ok(
        rows.some(row => row.includes(`\`${name}\``)),
        `README has ${name}`,
      );
    }
  });

  it('leads through a walkthrough: each step has a title, pictures for all themes, links to commands, and is completed by what there is', async () => {
    const { extensionPath } = extension();
    await extension().activate();
    const [walkthrough] = contributes.walkthroughs;
    assert.deepEqual(
      walkthrough.steps.map(({ id, title }: { id: string; title: string }) => [id, title]),
      TOUR.map(({ step, title }) => [step, title]),
      'the steps that the panel has before its first run',
    );
    const registered = new Set(await vscode.commands.getCommands(true));
    const keys = Object.values(WALKED_KEYS);
    for (const { id, description, media, completionEvents } of walkthrough.steps) {
      const pictures = ['dark', 'light', 'hc', 'hcLight'].map(theme => media.image[theme]);
      for (const [index, picture] of pictures.entries())
        assert.equal(
          pngWidth(await readFile(join(extensionPath, picture))),
          pngWidth(await readFile(join(extensionPath, pictures[0]))),
          `${id} ${index}`,
        );
      assert.deepEqual(pictures, [pictures[0], pictures[1], pictures[0], pictures[1]], 'high contrast, too');
      assert.notEqual(pictures[0], pictures[1], id);
      assert.ok(media.altText.endsWith('.'), id);
      const links = [...description.matchAll(/\]\(command:([^)?]*)(?:\?([^)]*))?\)/g)];
      assert.ok(links.length > 0, id);
      for (const [, , argument] of links) if (argument) JSON.parse(decodeURIComponent(argument));
      assert.deepEqual(
        links.map(([, command]) => command).filter(command => !registered.has(command)),
        [],
        id,
      );
      const contexts = completionEvents.map((event: string) => /^onContext:(.*)$/.exec(event)?.[1]);
      assert.equal(contexts.length, 1, id);
      assert.ok(keys.includes(contexts[0]), `${id} is completed by ${contexts}`);
    }
  });

  it('opens the files of recordings in its own editor, and modules on demand', () => {
    assert.deepEqual(contributes.customEditors, [
      {
        viewType: 'wasmSharedMemory.recording',
        displayName: 'Recording of linear memory',
        selector: [{ filenamePattern: '*.wsmrec' }],
        priority: 'default',
      },
      {
        viewType: 'wasmSharedMemory.module',
        displayName: 'WebAssembly module',
        selector: [{ filenamePattern: '*.wasm' }],
        priority: 'option', // what opens them is the user's choice
      },
    ]);
  });

  it('is not activated before the window is up, it is used, or a script is open, which may be one to record', () => {
    assert.deepEqual(activationEvents, [
      'onWebviewPanel:wasmSharedMemory.editor',
      'onDebugResolve:wasm-memory',
      'onLanguage:javascript',
      'onLanguage:typescript',
      'onStartupFinished', // after the installation it opens its walkthrough
    ]);
  });

  it('costs VS Code little at its start: one file, in which nothing is done but register', async () => {
    const path = join(extension().extensionPath, 'dist', 'extension.js');
    const source = await readFile(path, 'utf8');
    // What reads modules is in dist/later.js, which is loaded at its first use.
    assert.ok(source.length < 270_000, `${source.length} bytes`);
    const noted: string[] = [];
    /** A module, or part of one, whose functions are noted and do nothing. */
    const noting = (name: string, part: object): object =>
      new Proxy(part, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key);
          if (typeof value !== 'function') return value;
          return function call(first: unknown) {
            noted.push(`${name}.${String(key)} ${first}`);
            return { dispose() {} };
          };
        },
      });
    const api = {
      ...vscode,
      window: noting('window', vscode.window),
      workspace: noting('workspace', vscode.workspace),
      commands: noting('commands', vscode.commands),
      debug: noting('debug', vscode.debug),
      tasks: noting('tasks', vscode.tasks),
      lm: noting('lm', vscode.lm),
    };
    const load = (name: string): unknown => {
      if (name === 'vscode') return api;
      assert.ok(isBuiltin(name), `${name} is loaded, too`);
      const part = require(name);
      return /^node:(fs|worker_threads)/.test(name) ? noting(name, part) : part;
    };
    const loaded: { exports: Partial<typeof import('../../src/extension/extension.ts')> } = { exports: {} };
    compileFunction(source, ['require', 'module', 'exports'])(load, loaded, loaded.exports);
    const { extensionUri } = extension();
    const context = {
      extensionUri,
      storageUri: extensionUri,
      asAbsolutePath: (each: string) => each,
      subscriptions: [],
    };
    // What activation uses of the context.
    loaded.exports.activate?.(context as unknown as vscode.ExtensionContext);
    assert.ok(noted.some(call => call.startsWith('window.registerWebviewViewProvider ')));
    assert.deepEqual(
      noted.filter(
        call =>
          !/^(window|workspace|commands|debug|lm)\.(register|createOutputChannel |onDid|executeCommand setContext$)/.test(
            call,
          ),
      ),
      [],
    );
  });

  it('is limited in untrusted workspaces and works in virtual ones', () => {
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    assert.equal(capabilities.virtualWorkspaces, true);
  });

  const backgrounds = {
    dark: ['#181818', '#1f1f1f'],
    light: ['#f8f8f8', '#ffffff'],
    highContrast: ['#000000'],
    highContrastLight: ['#ffffff'],
  };
  for (const [theme, colors] of Object.entries(backgrounds)) {
    it(`has colours that can be read as text in the ${theme} themes, no two of them the same`, () => {
      const used = new Set<string>();
      for (const { id, defaults } of contributes.colors) {
        for (const background of colors)
          assert.ok(contrast(defaults[theme], background) >= 4.5, `${id} on ${background}`);
        used.add(defaults[theme]);
      }
      assert.equal(used.size, contributes.colors.length);
    });
  }
});
