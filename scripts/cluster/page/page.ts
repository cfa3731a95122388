// The page /cluster: asks the supervisor once a second how everything stands and shows it; its buttons ask to kill, stop,
// pause and revive a part. Served with its types stripped; imports nothing but words.ts beside it.

import type { Action, ClusterView, PartView } from '../view.ts';
import { toCount, toDuration, toLagWords, toMood, toState } from '../words.ts';

const INTERVAL_MS = 1_000;
const find = (id: string): HTMLElement => document.getElementById(id)!;
const rows = new Map<string, HTMLTableRowElement>();

/** Which buttons a part has in its state. */
const BUTTONS: readonly {
  readonly action: Action;
  readonly text: string;
  readonly when: readonly string[];
}[] = [
  { action: 'kill', text: 'Kill', when: ['running', 'paused'] },
  { action: 'stop', text: 'Stop', when: ['running', 'paused'] },
  { action: 'pause', text: 'Pause', when: ['running'] },
  { action: 'revive', text: 'Revive', when: ['dead', 'paused', 'backing off'] },
];

function show(view: ClusterView): void {
  const url = `${view.url}/`;
  if (find('open').textContent !== url) find('open').replaceChildren(createLink(url, url));
  find('left-out').hidden = view.balancerLeftOut === null;
  find('left-out').textContent = view.balancerLeftOut;

  const { watchers } = view;
  const bad = (count: number) => (count === 0 ? 'good' : 'bad');
  showFacts('watchers', [
    ['connected', `${watchers.connected} of ${watchers.count}`],
    ['events missed', toCount(watchers.gaps), bad(watchers.gaps)],
    ['events twice', toCount(watchers.duplicates), bad(watchers.duplicates)],
    ['revisions backwards', toCount(watchers.backwards), bad(watchers.backwards)],
    ['started over', toCount(watchers.resets)],
    ['events received', toCount(watchers.events)],
    ['reconnects', toCount(watchers.reconnects)],
    ['longest away', `${(watchers.awayMaxMs / 1000).toFixed(1)} s`],
  ]);
  showFacts('log', [
    ...view.topics.map(({ name, end }): Fact => [`${name} ends at`, toCount(end)]),
    ['events a second', view.eventsPerS.toFixed(1)],
    ['running for', toDuration(view.upMs)],
  ]);
  for (const part of view.parts) showPart(part);
}

type Fact = readonly [name: string, value: string, mood?: string];

/** Values are written anew; names stay, so that a screen reader is not told the same again. */
function showFacts(id: string, facts: readonly Fact[]): void {
  const list = find(id);
  while (list.children.length < facts.length) {
    const pair = document.createElement('div');
    pair.append(document.createElement('dt'), document.createElement('dd'));
    list.append(pair);
  }
  facts.forEach(([name, value, mood], i) => {
    const [term, description] = list.children[i]!.children as unknown as [HTMLElement, HTMLElement];
    term.textContent = name;
    description.textContent = value;
    description.className = mood ?? '';
  });
}

function showPart(part: PartView): void {
  const row = rows.get(part.name) ?? addRow(part);
  const [, state, behind, readers, up, starts, buttons] = row.cells as unknown as HTMLTableCellElement[];
  state!.textContent = toState(part);
  state!.className = toMood(part);
  behind!.textContent = toLagWords(part).replace(' behind', '');
  readers!.textContent = part.readers === null ? '' : toCount(part.readers);
  up!.textContent = part.upMs === null ? '' : toDuration(part.upMs);
  up!.title = part.pid === null ? '' : `process ${part.pid}`;
  starts!.textContent = String(part.restarts + 1);
  BUTTONS.forEach(({ when }, i) => {
    (buttons!.children[i] as HTMLButtonElement).disabled = !when.includes(part.state);
  });
}

function addRow({ name, address }: PartView): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.dataset['part'] = name;
  const head = document.createElement('th');
  head.scope = 'row';
  if (address === null) head.textContent = name;
  else head.append(createLink(`http://${address}/`, name));
  row.append(head);
  for (const className of ['', 'number', 'number', 'number', 'number', '']) {
    const cell = document.createElement('td');
    cell.className = className;
    row.append(cell);
  }
  for (const { action, text } of BUTTONS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.setAttribute('aria-label', `${text} ${name}`);
    button.addEventListener('click', () => void ask(action, name));
    row.lastElementChild!.append(button);
  }
  rows.set(name, row);
  find('parts').append(row);
  return row;
}

function createLink(url: string, text: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = url;
  link.textContent = text;
  return link;
}

async function ask(action: Action, name: string): Promise<void> {
  const response = await fetch(`/cluster/parts/${encodeURIComponent(name)}/${action}`, { method: 'POST' });
  find('said').textContent = (await response.text()).trim();
}

async function look(): Promise<void> {
  try {
    const response = await fetch('/cluster/view', { cache: 'no-store' });
    if (response.ok) show((await response.json()) as ClusterView);
  } catch {
    find('said').textContent = 'The cluster does not answer: it has ended, or is about to.';
  }
}

void look();
setInterval(look, INTERVAL_MS);
