// The words and formats in force. English is there from the start; another language is loaded when it is wanted.
// Browser-safe.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Settings, Units } from '../state/settings.ts';
import { ENGLISH, type Text } from './english.ts';
import type { MoreText } from './english-more.ts';
import { createFormats, type Formats } from './formats.ts';
import { chooseLanguage, chooseLocale, type LanguageCode } from './languages.ts';

export interface Words {
  readonly language: LanguageCode;
  readonly text: Text;
  /** The words of what is opened later; null: those of ./english-more.ts, which are loaded with it. */
  readonly more: MoreText | null;
  readonly formats: Formats;
  /** The same for a reader who lives in UTC. */
  readonly utcFormats: Formats;
}

/** `timeZone` undefined: the system's own. */
export function createWords(
  language: LanguageCode,
  text: Text,
  locale: string,
  units: Units = 'km',
  timeZone?: string,
  more: MoreText | null = null,
): Words {
  const formats = createFormats(text, locale, timeZone, units);
  let utcFormats: Formats | null = null;
  return {
    ...{ language, text, more, formats },
    get utcFormats() {
      utcFormats ??= createFormats(text, locale, 'UTC', units);
      return utcFormats;
    },
  };
}

/**
 * The words in force, following the settings. `preferred` are the browser's languages. Resolves when the first are there;
 * a catalogue that cannot be loaded leaves the words as they are, English at first.
 */
export async function watchWords(
  settings: Settings,
  preferred: readonly string[],
): Promise<ReadonlySignal<Words>> {
  const make = (language: LanguageCode, { text, more }: Pick<Words, 'text' | 'more'>) => {
    const locale = chooseLocale(language, preferred);
    return createWords(language, text, locale, settings.units.peek(), undefined, more);
  };
  const words = signal(make('en', { text: ENGLISH, more: null }));
  let wanted: LanguageCode;
  let first: Promise<void> = Promise.resolve();
  effect(() => {
    const language = chooseLanguage(settings.language.value, preferred);
    settings.units.value;
    wanted = language;
    first = loadText(language).then(
      (loaded) => {
        if (wanted === language) words.value = make(language, loaded);
      },
      () => {},
    );
  });
  await first;
  return words;
}

/** Rejects when the catalogue cannot be loaded. */
export async function loadText(language: LanguageCode): Promise<Pick<Words, 'text' | 'more'>> {
  return CATALOGUES[language]();
}

const CATALOGUES: Readonly<Record<LanguageCode, () => Promise<Pick<Words, 'text' | 'more'>>>> = {
  en: async () => ({ text: ENGLISH, more: null }),
  async de() {
    const { GERMAN, GERMAN_MORE } = await import('./german.ts');
    return { text: GERMAN, more: GERMAN_MORE };
  },
  async es() {
    const { SPANISH, SPANISH_MORE } = await import('./spanish.ts');
    return { text: SPANISH, more: SPANISH_MORE };
  },
};
