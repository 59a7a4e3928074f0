// Files that are dropped on the panel. VS Code lets a webview have a drag only while Shift is held: of its Explorer and its editors it
// tells the addresses of the files, of files from the system nothing but their names and bytes.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Notice } from '../session/session.ts';

/** All files of a drag, and the first of them alone: Chromium keeps no more of the second. */
const URI_LISTS = ['application/vnd.code.uri-list', 'text/uri-list'];

const KINDS = /\.(wasm|wsmrec)$/i;

/** What was dropped: addresses of modules and recordings, or why there are none. */
export type Dropped = { readonly uris: readonly string[] } | { readonly notice: Notice };

export function droppedFiles(data: Pick<DataTransfer, 'getData' | 'files'>): Dropped {
  const uris = URI_LISTS.map(type => urisIn(data.getData(type))).find(list => list.length > 0) ?? [];
  const [file] = data.files;
  if (uris.length === 0 && file) {
    return {
      notice: {
        message: `VS Code does not tell a panel where ${file.name} lies, since it comes from outside of its window.`,
        remedy:
          'Drop it on the Explorer first and drag it from there with Shift, or open it by the palette: Open recording, or Run shared-memory demo and Browse….',
      },
    };
  }
  const stranger = uris.find(uri => !KINDS.test(pathOf(uri)));
  if (uris.length > 0 && stranger === undefined) return { uris };
  const name = stranger === undefined ? 'What was dropped' : nameOf(stranger);
  return {
    notice: {
      message: `${name} is neither a module (.wasm) nor a recording (.wsmrec).`,
      remedy: 'Drop one of these, with Shift held.',
    },
  };
}

/** Lines, of which those with `#` are comments (RFC 2483). */
const urisIn = (text: string): string[] => text.split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#'));

const pathOf = (uri: string): string => uri.replace(/[?#].*$/, '');

function nameOf(uri: string): string {
  const name = pathOf(uri).split('/').at(-1) ?? uri;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Whether a drag has files: else it is a text, which is none of the panel's. */
const hasFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.some(type => type === 'Files' || URI_LISTS.includes(type)) ?? false;

/** Takes the drops on an element, and knows while a drag is over it. */
export class DropController implements ReactiveController {
  isOver = false;

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly dropped: (dropped: Dropped) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('dragover', this.onOver);
    this.host.addEventListener('dragleave', this.onLeave);
    this.host.addEventListener('drop', this.onDrop);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('dragover', this.onOver);
    this.host.removeEventListener('dragleave', this.onLeave);
    this.host.removeEventListener('drop', this.onDrop);
  }

  private readonly onOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // else it can't be dropped here
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.show(true);
  };

  private readonly onLeave = (event: DragEvent): void => {
    // From one part of the panel to another it is over the panel all the time.
    const to = event.relatedTarget;
    if (!(to instanceof Node && this.host.contains(to))) this.show(false);
  };

  private readonly onDrop = (event: DragEvent): void => {
    this.show(false);
    if (!event.dataTransfer || !hasFiles(event)) return;
    event.preventDefault();
    this.dropped(droppedFiles(event.dataTransfer));
  };

  private show(isOver: boolean): void {
    if (isOver === this.isOver) return;
    this.isOver = isOver;
    this.host.requestUpdate();
  }
}
