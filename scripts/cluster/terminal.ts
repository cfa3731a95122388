// The terminal view: redrawn in place on a terminal, with keys; plain lines and typed commands elsewhere.

import { createInterface } from 'node:readline';
import type { Cluster } from './cluster.ts';
import { act, HELP, obey } from './commands.ts';
import { readLastWords } from './last-words.ts';
import type { Observer } from './observe.ts';
import type { Part } from './part.ts';
import type { Action, ClusterView, PartView } from './view.ts';
import { toCount, toDuration, toLagWords, toMood, toState } from './words.ts';

export interface TerminalOptions {
  readonly cluster: Cluster;
  readonly observer: Observer;
  /** Of the page with the same view. */
  readonly pageUrl: string;
  /** Called when the user wants to end. */
  readonly quit: () => void;
}

export interface Terminal {
  /** A part's state changed. */
  tell(part: Part): void;
  /** Puts the terminal back as it was. */
  close(): void;
}

const COLOUR = { good: 32, busy: 33, bad: 31 } as const;
const paint = (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m`;
const KEYS: Readonly<Record<string, Action>> = { k: 'kill', s: 'stop', p: 'pause', r: 'revive' };
const SUMMARY_MS = 10_000;

/** The lines of the view, none wider than `columns`. Parts are chosen by the letters before them. Pure. */
export function drawView(view: ClusterView, pageUrl: string, columns: number): string[] {
  const { watchers } = view;
  const topics = view.topics.map(({ name, end }) => `${name} ends at ${toCount(end)}`).join('   ');
  const lines = [
    `Quakewire on Kafka and PostgreSQL   up ${toDuration(view.upMs)}   ${view.eventsPerS.toFixed(1)} events/s`,
    `Open ${view.url}/   Watch ${pageUrl}`,
    ...(view.balancerLeftOut === null ? [] : [view.balancerLeftOut]),
    topics,
    '',
    `   ${'part'.padEnd(12)}${'pid'.padStart(8)}${'up'.padStart(9)}${'starts'.padStart(8)}  state`,
    ...view.parts.map(drawPart),
    '',
    `Watchers: ${watchers.connected} of ${watchers.count} connected, ${toCount(watchers.events)} events, ${watchers.reconnects} reconnects, longest away ${(watchers.awayMaxMs / 1000).toFixed(1)} s`,
    `Missed ${watchers.gaps}   twice ${watchers.duplicates}   backwards ${watchers.backwards}   started over ${watchers.resets}`,
  ];
  return lines.map((line) => line.slice(0, columns));
}

function drawPart(part: PartView, index: number): string {
  const facts = [toState(part), toLagWords(part)];
  if (part.readers !== null) facts.push(`${part.readers} readers`);
  if (part.address !== null) facts.push(part.address);
  const columns = [
    part.name.padEnd(12),
    String(part.pid ?? '').padStart(8),
    (part.upMs === null ? '' : toDuration(part.upMs)).padStart(9),
    String(part.restarts + 1).padStart(8),
  ];
  return ` ${toLetter(index)} ${columns.join('')}  ${facts.filter(Boolean).join(' · ')}`;
}

const toLetter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);

export function startTerminal(options: TerminalOptions): Terminal {
  return process.stdout.isTTY && process.stdin.isTTY ? startScreen(options) : startLines(options);
}

function startScreen({ cluster, observer, pageUrl, quit }: TerminalOptions): Terminal {
  const { stdin, stdout } = process;
  let chosen: Action | null = null;
  let said = '';

  const draw = (view: ClusterView | null = observer.view) => {
    if (!view) return;
    const lines = drawView(view, pageUrl, stdout.columns).map((line) => {
      const part = view.parts.find(({ name }) => line.slice(3).startsWith(`${name} `));
      return part ? paint(COLOUR[toMood(part)], line) : line;
    });
    const prompt =
      chosen === null
        ? 'k kill -9   s stop   p pause   r revive, then a letter;   q quit'
        : `${chosen} which part? a–${toLetter(view.parts.length - 1)}`;
    // Home, every line cleared to its end, and everything below.
    stdout.write(`\x1b[H${[...lines, '', prompt, said].map((line) => `${line}\x1b[K`).join('\n')}\x1b[J`);
  };
  const onKey = (key: string) => {
    if (key === '\x03' || (chosen === null && key === 'q')) return quit();
    const part = chosen === null ? undefined : cluster.parts[key.charCodeAt(0) - 'a'.charCodeAt(0)];
    if (chosen !== null) {
      said = part ? act(cluster, chosen, part.name) : '';
      chosen = null;
    } else chosen = KEYS[key] ?? null;
    draw();
  };

  // A screen of its own without a cursor; the terminal's own comes back at the end, with all that stood on it.
  stdout.write('\x1b[?1049h\x1b[?25l\x1b[2J');
  stdin.setRawMode(true).setEncoding('utf8').on('data', onKey).resume();
  const leave = observer.onView(draw);
  const redraw = () => draw();
  stdout.on('resize', redraw);
  return {
    tell: redraw,
    close() {
      leave();
      stdout.off('resize', redraw);
      stdin.off('data', onKey).setRawMode(false).pause();
      stdout.write('\x1b[?25h\x1b[?1049l');
    },
  };
}

function startLines({ cluster, observer, pageUrl, quit }: TerminalOptions): Terminal {
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const tellAll = (view: ClusterView | null) => {
    if (view) for (const line of drawView(view, pageUrl, 200)) console.log(line);
  };
  let toldAtMs = performance.now();
  const leave = observer.onView(({ watchers, eventsPerS, topics }) => {
    if (performance.now() - toldAtMs < SUMMARY_MS) return;
    toldAtMs = performance.now();
    const ends = topics.map(({ name, end }) => `${name} ${end}`).join(', ');
    const { connected, count, gaps, duplicates, backwards, resets, reconnects } = watchers;
    say(
      `${ends}; ${eventsPerS.toFixed(1)} events/s; watchers ${connected} of ${count}, ${reconnects} reconnects, missed ${gaps}, twice ${duplicates}, backwards ${backwards}, started over ${resets}`,
    );
  });
  say(`Watch it at ${pageUrl}; commands: ${HELP}; Ctrl-C ends everything`);
  const commands = createInterface({ input: process.stdin });
  commands.on('line', (line) => {
    const word = line.trim();
    if (word === 'quit') quit();
    else if (word === 'status') tellAll(observer.view);
    else if (word !== '') say(obey(cluster, word));
  });
  return {
    tell(part) {
      // Nobody should have to look into a file to learn why a part comes and goes.
      const words = part.state === 'backing off' ? readLastWords(part.plan.logPath) : null;
      const more = part.pid === null ? (words === null ? '' : `: ${words}`) : `, pid ${part.pid}`;
      say(`${part.name} is ${part.state}${more}`);
    },
    close() {
      leave();
      commands.close();
    },
  };
}
