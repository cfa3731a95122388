// How the reader wants the page: language, colours, units, times. Kept in the browser's storage, never sent. Browser-safe.

import { effect, type Signal, signal } from '@preact/signals';
import { LANGUAGES, type LanguageCode } from '../text/languages.ts';

/** auto: as the system has it. */
export const SCHEMES = ['auto', 'light', 'dark'] as const;
export const UNITS = ['km', 'mi'] as const;
/** What the list says of a time: how long ago, the reader's clock, or UTC. */
export const TIMES = ['ago', 'local', 'utc'] as const;
/** Whether single letters do something. */
export const KEYS_CHOICES = ['on', 'off'] as const;

export type SchemeChoice = (typeof SCHEMES)[number];
export type Units = (typeof UNITS)[number];
export type Times = (typeof TIMES)[number];
export type KeysChoice = (typeof KEYS_CHOICES)[number];

export interface Settings {
  readonly scheme: Signal<SchemeChoice>;
  readonly units: Signal<Units>;
  readonly times: Signal<Times>;
  /** auto: the first of the browser's languages that the page speaks. */
  readonly language: Signal<LanguageCode | 'auto'>;
  readonly keys: Signal<KeysChoice>;
}

export function createSettings(): Settings {
  return {
    scheme: signal<SchemeChoice>('auto'),
    units: signal<Units>('km'),
    times: signal<Times>('ago'),
    language: signal<LanguageCode | 'auto'>('auto'),
    keys: signal<KeysChoice>('on'),
  };
}

const STORAGE_KEY = 'quakewire.settings';

/** Takes the settings from storage and keeps them there from then on; `storage` null: where it is forbidden. */
export function keepSettings(settings: Settings, storage: Pick<Storage, 'getItem' | 'setItem'> | null): void {
  const kept = new URLSearchParams(storage?.getItem(STORAGE_KEY) ?? '');
  const take = <T extends string>(choice: Signal<T>, name: string, known: readonly T[]) => {
    const value = known.find((one) => one === kept.get(name));
    if (value !== undefined) choice.value = value;
  };
  take(settings.scheme, 'scheme', SCHEMES);
  take(settings.units, 'units', UNITS);
  take(settings.times, 'times', TIMES);
  take(settings.language, 'language', ['auto', ...LANGUAGES]);
  take(settings.keys, 'keys', KEYS_CHOICES);
  effect(() => {
    const { scheme, units, times, language, keys } = settings;
    const text = new URLSearchParams({
      ...{ scheme: scheme.value, units: units.value, times: times.value },
      ...{ language: language.value, keys: keys.value },
    }).toString();
    try {
      storage?.setItem(STORAGE_KEY, text);
    } catch {
      // Full or forbidden: the settings then last as long as the page.
    }
  });
}
