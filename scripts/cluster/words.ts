// The few words that both views use for numbers and states. Pure, browser-safe.

import type { PartView } from './view.ts';

/** `1:05`, `2:03:04`. */
export function toDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export const toCount = (count: number): string => count.toLocaleString('en-GB');

/** How it stands, in a word or a sentence. */
export function toState({ state, waitsFor, backInMs, duty, lastWords }: PartView): string {
  if (state === 'running') return waitsFor ?? duty ?? 'ready';
  if (state === 'idle') return 'not started yet';
  const back = backInMs === null ? '' : `, back in ${Math.ceil(backInMs / 1000)} s`;
  if (state !== 'backing off') return `${state}${back}`;
  return `ended by itself${back}${lastWords === null ? '' : `: ${lastWords}`}`;
}

/** Whether that is well, under way, or not well. */
export function toMood({ state, waitsFor }: PartView): 'good' | 'busy' | 'bad' {
  if (state === 'running') return waitsFor === null ? 'good' : 'busy';
  return state === 'idle' ? 'busy' : 'bad';
}

/** `0 behind`, `12 reports, 3 events behind`; empty where it means nothing. */
export function toLagWords({ lag }: PartView): string {
  if (lag.length === 0) return '';
  const behind = lag.filter(({ records }) => records > 0);
  if (behind.length === 0) return '0 behind';
  const words = behind.map(({ topic, records }) => `${toCount(records)} ${topic.split('.')[1]}`);
  return `${words.join(', ')} behind`;
}
